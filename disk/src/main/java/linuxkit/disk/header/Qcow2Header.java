package linuxkit.disk.header;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the header of a qcow2 image (QEMU, docs/interop/qcow2.rst). */
final class Qcow2Header {
  static final String MAGIC = "QFI\u00fb";

  private static final String FORMAT = "qcow2";
  private static final int VERSION_2_LENGTH = 72;
  private static final int VERSION_3_LENGTH = 104;
  private static final int MAX_LENGTH = 64 << 10;
  private static final int MAX_NAME = 1023;

  /** The incompatible feature that clusters lie in another file. */
  private static final long EXTERNAL_DATA = 1 << 2;

  /** Incompatible features that were specified after the five known ones. */
  private static final long UNKNOWN = ~0x1fL;

  /** The automatically cleared feature that this other file is a raw image. */
  private static final long RAW_EXTERNAL_DATA = 1 << 1;

  private static final int DATA_FILE_NAME = 0x44415441;

  private Qcow2Header() {}

  static List<String> otherFiles(HeaderInput input) throws IOException {
    ByteBuffer header = input.at(0, VERSION_2_LENGTH, FORMAT);
    if (header.getInt() != 0x514649fb) {
      throw HeaderInput.invalid(FORMAT, "it does not begin with its magic number");
    }
    int version = header.getInt();
    long backing = header.getLong();
    int backingLength = header.getInt();
    if (version != 2 && version != 3) {
      throw HeaderInput.invalid(FORMAT, "its version is " + Integer.toUnsignedString(version));
    }
    List<String> files = new ArrayList<>();
    if (backing != 0 || backingLength != 0) {
      files.add("the backing file" + name(input, backing, backingLength));
    }
    if (version == 3) {
      dataFile(input).ifPresent(files::add);
    }
    return files;
  }

  private static Optional<String> dataFile(HeaderInput input) throws IOException {
    ByteBuffer header = input.at(0, VERSION_3_LENGTH, FORMAT).position(VERSION_2_LENGTH);
    long incompatible = header.getLong();
    if ((incompatible & UNKNOWN) != 0) {
      throw HeaderInput.invalid(
          FORMAT, "it uses unknown features: 0x" + Long.toHexString(incompatible & UNKNOWN));
    }
    header.getLong(); // compatible features
    long cleared = header.getLong();
    header.getInt(); // the width of reference counts
    int length = header.getInt();
    if (length < VERSION_3_LENGTH || length > MAX_LENGTH) {
      throw HeaderInput.invalid(
          FORMAT, "its header has " + Integer.toUnsignedString(length) + " bytes");
    }
    Optional<String> named = extension(input, length);
    boolean used =
        (incompatible & EXTERNAL_DATA) != 0
            || (cleared & RAW_EXTERNAL_DATA) != 0
            || named.isPresent();
    return used ? Optional.of("the external data file" + named.orElse("")) : Optional.empty();
  }

  /** Looks for the name of the data file in the extensions that follow the header. */
  private static Optional<String> extension(HeaderInput input, int start) throws IOException {
    long position = start;
    while (position < MAX_LENGTH) {
      byte[] head = input.upTo(position, 2 * Integer.BYTES);
      if (head.length < 2 * Integer.BYTES) {
        return Optional.empty();
      }
      ByteBuffer extension = ByteBuffer.wrap(head);
      int type = extension.getInt();
      int length = extension.getInt();
      position += 2 * Integer.BYTES;
      if (type == DATA_FILE_NAME) {
        return Optional.of(name(input, position, length));
      }
      if (type == 0 || length < 0 || length > MAX_LENGTH) {
        return Optional.empty();
      }
      position += Math.ceilDiv(length, Long.BYTES) * (long) Long.BYTES;
    }
    return Optional.empty();
  }

  private static String name(HeaderInput input, long position, int length) throws IOException {
    return length <= 0 || length > MAX_NAME
        ? ""
        : " \"" + new String(input.upTo(position, length), UTF_8) + "\"";
  }
}
