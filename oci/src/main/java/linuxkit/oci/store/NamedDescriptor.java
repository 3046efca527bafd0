package linuxkit.oci.store;

import linuxkit.oci.Descriptor;

/**
 * An image of the store with its name.
 *
 * @param name as it is written there: for LinuxKit's and our images the whole canonical name
 * @param root an index or a manifest
 */
public record NamedDescriptor(String name, Descriptor root) {}
