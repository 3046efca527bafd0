package linuxkit.disk;

import java.nio.file.Path;

class RawDiskTest extends WritableDiskContract {

  RawDiskTest() {
    super(new RawDisk(), "raw", 1L << 50, 64 * KIB);
  }

  @Override
  protected void check(Path file) {
    // Any file is a raw disk.
  }
}
