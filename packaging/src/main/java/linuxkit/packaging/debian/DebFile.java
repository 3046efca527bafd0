package linuxkit.packaging.debian;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import linuxkit.base.io.BlockInput;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import org.tukaani.xz.XZInputStream;

/** The members of a {@code .deb} (deb(5)): an ar archive of two tar archives. */
final class DebFile {
  private static final byte[] MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 60;
  private static final int LARGEST_CONTROL = 4 << 20;
  private static final int LARGEST_SCRIPT = 1 << 20;
  private static final int XZ_MEMORY_KIB = 256 << 10;

  /**
   * Receives the files of the package one by one; each one's content can be read until the next.
   */
  @FunctionalInterface
  interface Visitor {
    void visit(TarEntry entry) throws IOException;
  }

  /**
   * The texts about a package that are of use here.
   *
   * @param control its control file
   * @param postinst the script that dpkg would run after unpacking it; empty if there is none, or
   *     another program
   */
  record Texts(String control, String postinst) {}

  private final String where;
  private String control = "";
  private String postinst = "";
  private boolean data;

  private DebFile(String where) {
    this.where = where;
  }

  /**
   * Reads a package to its end.
   *
   * @param file read to its end
   * @param where for failures
   * @throws linuxkit.base.Failure if it is not a valid package
   */
  static Texts read(InputStream file, String where, Visitor visitor) throws IOException {
    DebFile deb = new DebFile(where);
    try {
      deb.readMembers(new BufferedInputStream(file, 1 << 16), visitor);
    } catch (EOFException e) {
      throw deb.bad("the package is truncated");
    }
    if (deb.control.isEmpty() || !deb.data) {
      throw deb.bad("the package has no " + (deb.data ? "control file" : "data"));
    }
    return new Texts(deb.control, deb.postinst);
  }

  private DebianFailure bad(String why) {
    return new DebianFailure.BadFormat(why, where);
  }

  private void readMembers(InputStream in, Visitor visitor) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw bad("not a Debian package");
    }
    while (true) {
      byte[] header = in.readNBytes(HEADER);
      if (header.length == 0) {
        return;
      }
      if (header.length < HEADER || header[58] != '`' || header[59] != '\n') {
        throw bad("the package has a damaged member header");
      }
      String name = text(header, 0, 16).replaceFirst("/$", "");
      String length = text(header, 48, 10);
      if (!length.matches("[0-9]{1,10}")) {
        throw bad("the package has a member with an invalid size");
      }
      Member member = new Member(in, Long.parseLong(length));
      readMember(name, member, visitor);
      member.skipToEnd();
    }
  }

  private void readMember(String name, Member member, Visitor visitor) throws IOException {
    if (name.equals("debian-binary")) {
      if (!new String(member.readNBytes(2), StandardCharsets.US_ASCII).equals("2.")) {
        throw bad("the version of the package format is not supported");
      }
    } else if (name.startsWith("control.tar")) {
      readControl(decompress(name, member));
    } else if (name.startsWith("data.tar")) {
      data = true;
      readAll(decompress(name, member), visitor);
    }
  }

  private void readControl(InputStream in) throws IOException {
    readAll(
        in,
        entry -> {
          if (entry.path().equals("control") && entry.type() == TarEntry.Type.FILE) {
            if (entry.size() > LARGEST_CONTROL) {
              throw bad("the control file is larger than " + LARGEST_CONTROL + " bytes");
            }
            control = new String(entry.content().readAllBytes(), StandardCharsets.UTF_8);
          } else if (entry.path().equals("postinst")
              && entry.type() == TarEntry.Type.FILE
              && entry.size() <= LARGEST_SCRIPT) {
            String text = new String(entry.content().readAllBytes(), StandardCharsets.UTF_8);
            postinst = text.startsWith("#!") ? text : "";
          }
        });
  }

  private void readAll(InputStream in, Visitor visitor) throws IOException {
    TarReader tar = new TarReader(in, where);
    for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      visitor.visit(entry.get());
    }
  }

  private InputStream decompress(String name, InputStream in) throws IOException {
    String suffix = name.substring(name.indexOf(".tar") + ".tar".length());
    InputStream plain =
        switch (suffix) {
          case "" -> in;
          case ".gz" -> new GZIPInputStream(in, 1 << 16);
          case ".xz" -> new XZInputStream(in, XZ_MEMORY_KIB);
          case ".zst" -> new ZstdInputStream(in);
          default -> throw bad("the compression of the package is not supported: " + name);
        };
    return new BufferedInputStream(plain, 1 << 16);
  }

  private static String text(byte[] header, int offset, int length) {
    return new String(header, offset, length, StandardCharsets.US_ASCII).stripTrailing();
  }

  /** One member of the ar archive; members begin at even offsets. */
  private static final class Member extends BlockInput {
    private final InputStream in;
    private final long padding;
    private long left;

    Member(InputStream in, long size) {
      this.in = in;
      this.left = size;
      this.padding = size & 1;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(length, left));
      if (n < 0) {
        throw new EOFException();
      }
      left -= n;
      return n;
    }

    void skipToEnd() throws IOException {
      in.skipNBytes(left);
      left = 0;
      // The last member's padding may be missing.
      in.skip(padding);
    }
  }
}
