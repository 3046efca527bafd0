package linuxkit.boot.loader;

import java.util.Optional;
import linuxkit.filesystem.Content;

/**
 * What a boot loader starts.
 *
 * @param kernel as the manifest's image has it
 * @param initrd empty when the kernel needs none
 * @param cmdline the kernel command line, one line
 * @param release the kernel's version; empty when it is not known
 */
public record BootParts(Content kernel, Optional<Content> initrd, String cmdline, String release) {}
