package linuxkit.system.manifest;

import linuxkit.oci.Reference;
import linuxkit.yaml.Position;

/**
 * An image whose files are laid over the root of the system.
 *
 * @param image as written
 */
public record InitImage(String image, Reference reference, Position position) {}
