package linuxkit.system.manifest;

import linuxkit.oci.Reference;
import linuxkit.yaml.Position;

/**
 * An image that a manifest names.
 *
 * @param text as written
 * @param position of the name
 */
public record NamedImage(String text, Reference reference, Position position) {}
