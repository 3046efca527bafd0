package linuxkit.filesystem.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import linuxkit.base.io.RandomAccessInput;

/** Reads the Rock Ridge entries of a directory record (SUSP section 5, RRIP section 4.1). */
final class RockRidgeEntries {
  private static final int SECTOR = 2048;
  private static final int MOST_AREAS = 64;
  private static final int LONGEST = 8192;

  private final RandomAccessInput in;
  private final ByteArrayOutputStream name = new ByteArrayOutputStream();
  private final ByteArrayOutputStream target = new ByteArrayOutputStream();
  private boolean targetContinues;
  private boolean rooted;
  private int components;
  private int mode;
  private long links;
  private long uid;
  private long gid;
  private long serial;
  private long modified;
  private long high;
  private long low;

  RockRidgeEntries(RandomAccessInput in) {
    this.in = in;
  }

  /** Reads the entries between two indexes, and those in the areas that they continue in. */
  void read(ByteBuffer bytes, int from, int to) throws IOException {
    ByteBuffer area = bytes;
    int at = from;
    int end = to;
    for (int areas = 0; areas < MOST_AREAS; areas++) {
      long next = -1;
      int nextLength = 0;
      while (at + 4 <= end) {
        int length = area.get(at + 2) & 0xff;
        if (length < 4 || at + length > end) {
          break;
        }
        String signature = new String(Text.bytes(area, at, 2), StandardCharsets.ISO_8859_1);
        if (signature.equals("CE") && length >= 28) {
          next = number(area, at + 4) * SECTOR + number(area, at + 12);
          nextLength = (int) Math.min(number(area, at + 20), SECTOR);
        } else {
          entry(signature, area, at, length);
        }
        at += length;
      }
      if (next < 0) {
        return;
      }
      area = in.little(next, nextLength);
      at = 0;
      end = nextLength;
    }
  }

  private static long number(ByteBuffer bytes, int at) {
    return bytes.getInt(at) & 0xffff_ffffL;
  }

  private void entry(String signature, ByteBuffer bytes, int at, int length) {
    switch (signature) {
      case "PX" -> {
        if (length >= 36) {
          mode = bytes.getInt(at + 4);
          links = number(bytes, at + 12);
          uid = number(bytes, at + 20);
          gid = number(bytes, at + 28);
          serial = length >= 44 ? number(bytes, at + 36) : 0;
        }
      }
      case "NM" -> {
        if (length >= 5 && name.size() < LONGEST) {
          name.writeBytes(Text.bytes(bytes, at + 5, length - 5));
        }
      }
      case "SL" -> target(bytes, at + 5, at + length);
      case "PN" -> {
        if (length >= 20) {
          high = number(bytes, at + 4);
          low = number(bytes, at + 12);
        }
      }
      case "TF" -> {
        // Modification comes after creation.
        int index = at + 5 + ((bytes.get(at + 4) & 1) == 1 ? 7 : 0);
        if ((bytes.get(at + 4) & 0x82) == 2 && index + 7 <= at + length) {
          modified = time(bytes, index);
        }
      }
      default -> {}
    }
  }

  private void target(ByteBuffer bytes, int from, int to) {
    for (int at = from; at + 2 <= to && target.size() < LONGEST; ) {
      int flags = bytes.get(at);
      int length = Math.min(bytes.get(at + 1) & 0xff, to - at - 2);
      if (components > 0 && !targetContinues && !(components == 1 && rooted)) {
        target.write('/');
      }
      targetContinues = (flags & 1) != 0;
      if ((flags & 8) != 0) {
        target.write('/');
        rooted = true;
      } else if ((flags & 2) != 0) {
        target.write('.');
      } else if ((flags & 4) != 0) {
        target.writeBytes("..".getBytes(StandardCharsets.US_ASCII));
      } else {
        target.writeBytes(Text.bytes(bytes, at + 2, length));
      }
      components++;
      at += 2 + length;
    }
  }

  private static long time(ByteBuffer bytes, int at) {
    try {
      return LocalDateTime.of(
              1900 + (bytes.get(at) & 0xff),
              bytes.get(at + 1),
              bytes.get(at + 2),
              bytes.get(at + 3),
              bytes.get(at + 4),
              bytes.get(at + 5))
          .toEpochSecond(ZoneOffset.ofTotalSeconds(bytes.get(at + 6) * 15 * 60));
    } catch (DateTimeException _) {
      return 0;
    }
  }

  String name() {
    return Text.of(name.toByteArray());
  }

  String target() {
    return Text.of(target.toByteArray());
  }

  int mode() {
    return mode;
  }

  long links() {
    return links;
  }

  long uid() {
    return uid;
  }

  long gid() {
    return gid;
  }

  long serial() {
    return serial;
  }

  long modified() {
    return modified;
  }

  int major() {
    return (int) (high == 0 && low > 0xff ? (low >>> 8) & 0xfff : high & 0xfff);
  }

  int minor() {
    return (int) (high == 0 && low > 0xff ? low & 0xff : low & 0xfffff);
  }
}
