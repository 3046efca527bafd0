package linuxkit.boot.loader;

import java.util.Optional;
import linuxkit.filesystem.Content;

/**
 * The parts of a system that a boot loader loads.
 *
 * @param kernel as in the manifest's image
 * @param initrd empty if the kernel needs none
 * @param cmdline the kernel command line, on one line
 * @param release the kernel's version; empty if unknown
 */
public record BootParts(Content kernel, Optional<Content> initrd, String cmdline, String release) {}
