package linuxkit.system.manifest;

import linuxkit.oci.Reference;
import linuxkit.yaml.Position;

/**
 * An image that a manifest names for a {@link BootComponent}.
 *
 * @param image as written
 */
public record BootImage(String image, Reference reference, Position position) {}
