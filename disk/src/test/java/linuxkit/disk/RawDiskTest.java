package linuxkit.disk;

import java.nio.file.Path;

class RawDiskTest extends DiskFormatContract {
  @Override
  protected DiskFormat format() {
    return new RawDisk();
  }

  @Override
  protected String name() {
    return "raw";
  }

  @Override
  protected long maxSize() {
    return 1L << 50;
  }

  @Override
  protected long maxEmptyFile() {
    return 64 * KIB;
  }

  @Override
  protected void check(Path file) {
    // Any file is a raw disk.
  }
}
