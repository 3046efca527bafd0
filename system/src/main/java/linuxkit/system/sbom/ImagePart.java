package linuxkit.system.sbom;

import linuxkit.oci.Image;

/**
 * An image as a part of a system.
 *
 * @param location which part of the system, such as {@code init[0]}; no two parts have the same one
 * @param folder the folder of its files, empty for the root
 */
public record ImagePart(String location, String folder, Image image, PackageDatabases databases) {}
