package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.EntryNameFailure;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Reads a cpio archive of the "new" format (magic 070701) strictly and as a stream, up to the end
 * of its trailer and no byte further (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * <p>Memory is bounded: a name or target has at most 4096 bytes. The caller closes the stream,
 * which should be buffered.
 */
public final class CpioReader {
  private static final int HEADER = 110;
  private static final int ALIGNMENT = 4;
  private static final int MAX_NAME = 4096;
  private static final String TRAILER = "TRAILER!!!";

  private final ArchiveInput in;
  private final String archive;
  private final byte[] header = new byte[HEADER];
  private long start;
  private boolean ended;

  /**
   * @param archive name of the archive in messages
   */
  public CpioReader(InputStream in, String archive) {
    this.in = new ArchiveInput(in, ALIGNMENT, this::cutOff);
    this.archive = archive;
  }

  /**
   * Reads the next entry; empty after the trailer.
   *
   * @throws CpioReadFailure if the archive is damaged, truncated or ambiguous
   * @throws IOException if the stream fails
   */
  public Optional<CpioEntry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    in.finishBody();
    start = in.position();
    in.readFully(header, HEADER);
    if (!new String(header, 0, 6, StandardCharsets.US_ASCII).equals("070701")) {
      throw failure("not an entry of the new cpio format", "");
    }
    String name = name();
    if (name.equals(TRAILER)) {
      ended = true;
      return Optional.empty();
    }
    return Optional.of(entry(name));
  }

  private CpioEntry entry(String name) throws IOException {
    String path = path(name);
    long mode = field(1, name);
    TarEntry.Type type = type(mode, name);
    long size = field(6, name);
    String target = "";
    if (type == TarEntry.Type.SYMLINK) {
      target = target(size, name);
      size = 0;
    } else if (size != 0 && type != TarEntry.Type.FILE) {
      throw failure("the entry has content but is not a regular file", name);
    }
    if (path.isEmpty() && type != TarEntry.Type.DIRECTORY) {
      throw failure("the root is not a directory", name);
    }
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    Metadata metadata = Metadata.of((int) mode & 07777, id(2, name), id(3, name), field(5, name));
    return new CpioEntry(
        path,
        type,
        target,
        metadata,
        device
            ? new DeviceNumbers(
                number(9, Node.Device.MAX_MAJOR, name), number(10, Node.Device.MAX_MINOR, name))
            : DeviceNumbers.NONE,
        new CpioEntry.Inode(field(0, name), field(4, name)),
        size,
        in.body(size));
  }

  private String name() throws IOException {
    long length = field(11, "");
    if (length < 2 || length > MAX_NAME) {
      throw failure("a name is " + length + " bytes long; 2 to " + MAX_NAME + " are allowed", "");
    }
    byte[] bytes = new byte[(int) length];
    in.readFully(bytes, bytes.length);
    in.skipPadding();
    if (bytes[bytes.length - 1] != 0) {
      throw failure("a name does not end with a NUL", "");
    }
    return NameBytes.decode(bytes, 0, bytes.length - 1);
  }

  private String path(String name) {
    try {
      return EntryName.clean(name);
    } catch (EntryNameFailure e) {
      throw failure(e.what(), "");
    }
  }

  private String target(long size, String name) throws IOException {
    if (size == 0 || size > MAX_NAME) {
      throw failure("the target of a link is " + size + " bytes long", name);
    }
    byte[] bytes = new byte[(int) size];
    in.readFully(bytes, bytes.length);
    in.skipPadding();
    String target = NameBytes.decode(bytes);
    if (target.indexOf('\0') >= 0) {
      throw failure("the target of a link contains a NUL", name);
    }
    return target;
  }

  private TarEntry.Type type(long mode, String name) {
    if (mode > 0177777) {
      throw failure("the mode is out of range", name);
    }
    return switch ((int) mode & 0170000) {
      case 0010000 -> TarEntry.Type.FIFO;
      case 0020000 -> TarEntry.Type.CHARACTER_DEVICE;
      case 0040000 -> TarEntry.Type.DIRECTORY;
      case 0060000 -> TarEntry.Type.BLOCK_DEVICE;
      case 0100000 -> TarEntry.Type.FILE;
      case 0120000 -> TarEntry.Type.SYMLINK;
      default -> throw failure("the type is unknown", name);
    };
  }

  private long id(int number, String name) {
    long id = field(number, name);
    if (id > Metadata.MAX_ID) {
      throw failure("the owner or group is out of range", name);
    }
    return id;
  }

  private int number(int number, int most, String name) {
    long value = field(number, name);
    if (value > most) {
      throw failure("a device number is out of range", name);
    }
    return (int) value;
  }

  /** Reads a field of eight hexadecimal digits. */
  private long field(int number, String name) {
    long value = 0;
    for (int i = 6 + 8 * number; i < 14 + 8 * number; i++) {
      int digit = Character.digit(header[i], 16);
      if (digit < 0) {
        throw failure("a header field is not hexadecimal", name);
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private CpioReadFailure cutOff() {
    return failure("the archive is truncated at byte " + in.position(), "");
  }

  private CpioReadFailure failure(String what, String name) {
    String at = archive + ", byte " + start;
    return new CpioReadFailure(what, name.isEmpty() ? at : at + ", entry " + EntryName.quote(name));
  }
}
