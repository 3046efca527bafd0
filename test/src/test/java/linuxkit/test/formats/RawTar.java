package linuxkit.test.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** Tar archives that no ordinary program would write: names and links are written unchecked. */
final class RawTar {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RawTar file(String name) {
    return add(name, '0', "", "evil");
  }

  RawTar directory(String name) {
    return add(name, '5', "", "");
  }

  RawTar symlink(String name, String target) {
    return add(name, '2', target, "");
  }

  RawTar hardLink(String name, String target) {
    return add(name, '1', target, "");
  }

  /**
   * @param name at most 100 bytes in ISO 8859-1, as is {@code link}
   * @param type a typeflag of POSIX's pax(1)
   */
  RawTar add(String name, char type, String link, String content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000755\0" + "0000000\0" + "0000000\0");
    put(header, 124, "%011o\0%011o\0".formatted(content.length(), 0));
    put(header, 148, "        " + type + link);
    put(header, 257, "ustar\00000");
    put(header, 329, "0000000\0" + "0000000\0");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    out.writeBytes(header);
    out.writeBytes(content.getBytes(ISO_8859_1));
    out.writeBytes(new byte[Math.floorMod(-content.length(), 512)]);
    return this;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  byte[] bytes() {
    byte[] archive = out.toByteArray();
    byte[] whole = new byte[archive.length + 1024];
    System.arraycopy(archive, 0, whole, 0, archive.length);
    return whole;
  }
}
