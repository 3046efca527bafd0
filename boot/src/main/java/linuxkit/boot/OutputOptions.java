package linuxkit.boot;

import linuxkit.boot.loader.BootFiles;
import linuxkit.oci.Platform;

/**
 * What outputs depend on beside the system.
 *
 * @param platform of the system
 * @param bootFiles where boot loaders come from
 */
public record OutputOptions(
    Platform platform, BootFiles bootFiles, DiskOptions disks, RootOptions roots) {}
