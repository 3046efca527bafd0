package linuxkit.engine;

import linuxkit.boot.DiskOptions;
import linuxkit.boot.RootOptions;
import linuxkit.boot.initrd.InitrdCompression;

/** Options for all output formats. */
public record OutputSettings(InitrdCompression initrd, DiskOptions disks, RootOptions roots) {
  /** A zstd-compressed initrd, and each format's own sizes and compressions. */
  public static final OutputSettings DEFAULT =
      new OutputSettings(InitrdCompression.ZSTD, DiskOptions.DEFAULT, RootOptions.DEFAULT);

  /** Returns text that differs if any option differs, for a build record. */
  String key() {
    return initrd
        + " "
        + (disks.size().isPresent() ? disks.size().getAsLong() : "default")
        + " "
        + disks.compression().name()
        + " "
        + disks.qcow2().name()
        + " "
        + disks.vmdk().name()
        + " "
        + disks.ova().name()
        + " "
        + roots.squashfs().name()
        + " "
        + roots.erofs().name();
  }
}
