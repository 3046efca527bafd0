package linuxkit.oci.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import linuxkit.base.NameBytes;

/**
 * Builds archives with arbitrary names and links, including hostile ones that no writer of this
 * project creates.
 */
public final class TestTar {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public TestTar file(String name, String content) {
    return entry('0', name, "", 0644, content.getBytes(UTF_8));
  }

  public TestTar file(String name, byte[] content) {
    return entry('0', name, "", 0644, content);
  }

  public TestTar directory(String name, int permissions) {
    return entry('5', name, "", permissions, new byte[0]);
  }

  public TestTar directory(String name) {
    return directory(name, 0755);
  }

  public TestTar symlink(String name, String target) {
    return entry('2', name, target, 0777, new byte[0]);
  }

  /** Adds a link whose target is written as a GNU long link. */
  public TestTar longSymlink(String name, String target) {
    entry('K', "././@LongLink", "", 0, (target + "\0").getBytes(UTF_8));
    return symlink(name, "");
  }

  /** Adds an extended header with one record for the next entry (POSIX.1-2017, pax). */
  public TestTar record(String key, String value) {
    String rest = " " + key + "=" + value + "\n";
    int length = rest.length() + 1;
    while (Integer.toString(length).length() + rest.length() != length) {
      length = Integer.toString(length).length() + rest.length();
    }
    return entry('x', "pax", "", 0644, (length + rest).getBytes(UTF_8));
  }

  public TestTar hardLink(String name, String target) {
    return entry('1', name, target, 0644, new byte[0]);
  }

  public TestTar entry(char type, String name, String link, int permissions, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, String.format("%07o", permissions));
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, String.format("%011o", content.length));
    put(header, 136, "00000000000");
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar\0" + "00");
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format("%06o\0", sum));
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[-content.length & 511]);
    return this;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = NameBytes.encode(text);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  public byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(out.toByteArray());
    all.writeBytes(new byte[1024]);
    return all.toByteArray();
  }
}
