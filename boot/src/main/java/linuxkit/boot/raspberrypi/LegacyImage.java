package linuxkit.boot.raspberrypi;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import linuxkit.base.FileFailure;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.filesystem.Content;

/**
 * U-Boot's own file format: a header of 64 bytes with checksums of itself and of the content that
 * follows (U-Boot, include/image.h, "Legacy format image header"). All numbers are big-endian.
 *
 * @param address the load address and entry point
 * @param time in seconds since 1970
 */
record LegacyImage(Kind kind, Packing compression, long address, String name, long time) {
  private static final int MAGIC = 0x27051956;
  private static final int HEADER_CHECKSUM = 4;
  private static final int NAME_SIZE = 32;
  private static final byte LINUX = 5;
  private static final byte ARM64 = 22;

  /** The use of the content. */
  enum Kind {
    KERNEL(2),
    RAMDISK(3),
    SCRIPT(6);

    private final byte type;

    Kind(int type) {
      this.type = (byte) type;
    }
  }

  /** The compression of the content, which U-Boot undoes while loading it. */
  enum Packing {
    NONE(0),
    GZIP(1);

    private final byte type;

    Packing(int type) {
      this.type = (byte) type;
    }
  }

  /** Returns the header and the content, which is read once for its checksum. */
  Content of(Content content) {
    ByteBuffer header = ByteBuffer.allocate(64);
    header
        .putInt(MAGIC)
        .putInt(0)
        .putInt((int) Math.clamp(time, 0, 0xffff_ffffL))
        .putInt((int) content.size());
    header.putInt((int) address).putInt((int) address).putInt(checksum(content));
    header.put(LINUX).put(ARM64).put(kind.type).put(compression.type);
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    header.put(text, 0, Math.min(text.length, NAME_SIZE - 1));
    CRC32 whole = new CRC32();
    whole.update(header.array());
    header.putInt(HEADER_CHECKSUM, (int) whole.getValue());
    return new JoinedContent(List.of(Content.of(header.array()), content));
  }

  private static int checksum(Content content) {
    CRC32 checksum = new CRC32();
    try (OutputStream out = new CheckedOutputStream(OutputStream.nullOutputStream(), checksum)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the kernel or the initrd", e);
    }
    return (int) checksum.getValue();
  }
}
