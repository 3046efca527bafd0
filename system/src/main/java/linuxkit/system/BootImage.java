package linuxkit.system;

import linuxkit.oci.Reference;

/**
 * An image that a manifest names for a {@link BootComponent}.
 *
 * @param image as written
 */
public record BootImage(String image, Reference reference) {}
