package linuxkit.boot;

import linuxkit.boot.loader.BootFiles;
import linuxkit.oci.Platform;

/**
 * Everything that outputs depend on besides the system.
 *
 * @param platform of the system
 * @param bootFiles finds boot loaders
 */
public record OutputOptions(
    Platform platform, BootFiles bootFiles, DiskOptions disks, RootOptions roots) {}
