package linuxkit.run.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A CD-ROM image that carries a guest's metadata: ISO 9660 with one file, {@code config}, as
 * LinuxKit writes it. Its dates are unspecified, so that equal metadata gives equal bytes.
 */
public final class MetadataIso {
  private static final int SECTOR = 2048;
  private static final int DESCRIPTOR = 16;
  private static final int TERMINATOR = 17;
  private static final int LITTLE_ENDIAN_PATHS = 18;
  private static final int BIG_ENDIAN_PATHS = 19;
  private static final int ROOT = 20;
  private static final int CONTENT = 21;
  private static final int PATHS_LENGTH = 10;
  private static final byte[] SELF = {0};
  private static final byte[] PARENT = {1};

  private MetadataIso() {}

  /**
   * Returns an image.
   *
   * @param content the content of {@code /config} in the guest
   */
  public static byte[] of(byte[] content) {
    int sectors = CONTENT + Math.ceilDiv(content.length, SECTOR);
    ByteBuffer image = ByteBuffer.allocate(Math.multiplyExact(sectors, SECTOR));
    putVolume(image.position(DESCRIPTOR * SECTOR), sectors);
    image.position(TERMINATOR * SECTOR);
    image.put((byte) 255).put(ascii("CD001", 5)).put((byte) 1);
    putPaths(image.position(LITTLE_ENDIAN_PATHS * SECTOR), ByteOrder.LITTLE_ENDIAN);
    putPaths(image.position(BIG_ENDIAN_PATHS * SECTOR), ByteOrder.BIG_ENDIAN);
    image.position(ROOT * SECTOR);
    putRecord(image, SELF, ROOT, SECTOR, true);
    putRecord(image, PARENT, ROOT, SECTOR, true);
    putRecord(image, ascii("config", 6), CONTENT, content.length, false);
    image.position(CONTENT * SECTOR).put(content);
    return image.array();
  }

  /** Writes the primary volume descriptor (ECMA-119 8.4). */
  private static void putVolume(ByteBuffer image, int sectors) {
    image.put((byte) 1).put(ascii("CD001", 5)).put((byte) 1).put((byte) 0);
    image.put(ascii("", 32)).put(ascii("config", 32));
    image.put(new byte[8]);
    putBoth(image, sectors);
    image.put(new byte[32]);
    putBoth(image, (short) 1); // volumes in the set
    putBoth(image, (short) 1); // this one's number
    putBoth(image, (short) SECTOR);
    putBoth(image, PATHS_LENGTH);
    image.order(ByteOrder.LITTLE_ENDIAN).putInt(LITTLE_ENDIAN_PATHS).putInt(0);
    image.order(ByteOrder.BIG_ENDIAN).putInt(BIG_ENDIAN_PATHS).putInt(0);
    putRecord(image, SELF, ROOT, SECTOR, true);
    image.put(ascii("", 128 * 4)); // volume set, publisher, preparer, application
    image.put(ascii("", 37 * 3)); // copyright, abstract and bibliographic files
    for (int date = 0; date < 4; date++) {
      byte[] unspecified = new byte[17];
      Arrays.fill(unspecified, 0, 16, (byte) '0');
      image.put(unspecified);
    }
    image.put((byte) 1);
  }

  /** Writes a path table (ECMA-119 9.4): the root is the only directory. */
  private static void putPaths(ByteBuffer image, ByteOrder order) {
    image.order(order).put((byte) 1).put((byte) 0).putInt(ROOT).putShort((short) 1).put(SELF);
  }

  /** Writes a directory record (ECMA-119 9.1). */
  private static void putRecord(
      ByteBuffer image, byte[] name, int sector, int length, boolean directory) {
    int padding = 1 - name.length % 2;
    image.put((byte) (33 + name.length + padding)).put((byte) 0);
    putBoth(image, sector);
    putBoth(image, length);
    image.put(new byte[7]); // no date
    image.put((byte) (directory ? 2 : 0)).put((byte) 0).put((byte) 0);
    putBoth(image, (short) 1);
    image.put((byte) name.length).put(name).put(new byte[padding]);
  }

  private static void putBoth(ByteBuffer image, int value) {
    image.order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    image.order(ByteOrder.BIG_ENDIAN).putInt(value);
  }

  private static void putBoth(ByteBuffer image, short value) {
    image.order(ByteOrder.LITTLE_ENDIAN).putShort(value);
    image.order(ByteOrder.BIG_ENDIAN).putShort(value);
  }

  private static byte[] ascii(String text, int length) {
    byte[] field = new byte[length];
    Arrays.fill(field, (byte) ' ');
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, field, 0, bytes.length);
    return field;
  }
}
