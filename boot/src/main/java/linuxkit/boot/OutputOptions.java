package linuxkit.boot;

import java.util.OptionalLong;
import linuxkit.boot.loader.BootFiles;
import linuxkit.oci.Platform;

/**
 * What outputs depend on beside the system.
 *
 * @param platform of the system
 * @param bootFiles where boot loaders come from
 * @param diskSize of every disk, in bytes; when empty each format has its own, and what does not
 *     fit makes the disk larger
 */
public record OutputOptions(Platform platform, BootFiles bootFiles, OptionalLong diskSize) {}
