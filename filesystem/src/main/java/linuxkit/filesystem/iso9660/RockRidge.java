package linuxkit.filesystem.iso9660;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/** Encodes the entries for POSIX attributes of files (RRIP section 4.1). */
final class RockRidge {
  /** The longest name in bytes: Linux (fs/isofs/rock.c) truncates names of 254. */
  private static final int MAX_NAME = 253;

  /** The longest target in bytes: Linux reads a symbolic link into one page. */
  private static final int MAX_TARGET = 4095;

  /**
   * The size of the data of an entry: its length fits a byte, and head and flags take five bytes.
   */
  private static final int MAX_DATA = 250;

  private static final byte CONTINUES = 1;
  private static final byte CURRENT = 2;
  private static final byte PARENT = 4;
  private static final byte ROOT = 8;

  private static final int MODIFIED = 2;

  private RockRidge() {}

  /**
   * @throws IsoFailure if Linux could not read the file back
   */
  static void check(FileTree.Entry entry) {
    if (utf8(entry.name()).length > MAX_NAME) {
      throw new IsoFailure(
          "the name is longer than " + MAX_NAME + " bytes, the limit of Linux for ISO images",
          entry.path(),
          "shorten the name");
    }
    switch (entry.node()) {
      case Node.Symlink symlink -> {
        if (utf8(symlink.target()).length > MAX_TARGET) {
          throw new IsoFailure(
              "the target of the link is longer than " + MAX_TARGET + " bytes",
              entry.path(),
              "shorten the target");
        }
      }
      case Node.Device device -> {
        if (device.major() == 0 && device.minor() > 0xff) {
          throw new IsoFailure(
              "Linux cannot read device 0:" + device.minor() + " from an ISO image",
              entry.path(),
              "remove it");
        }
      }
      case Node.Directory _, Node.RegularFile _, Node.Fifo _ -> {}
    }
  }

  /**
   * Returns the entries of a record.
   *
   * @param named whether the record is a name of the file and not one of the dots in a directory
   */
  static List<byte[]> entries(FileTree.Entry entry, Inodes inodes, boolean named) {
    List<byte[]> entries = new ArrayList<>();
    entries.add(attributes(entry, inodes));
    entries.add(times(entry.node().metadata()));
    if (named) {
      switch (entry.node()) {
        case Node.Device device -> entries.add(device(device));
        case Node.Symlink symlink -> link(utf8(symlink.target()), entries);
        case Node.Directory _, Node.RegularFile _, Node.Fifo _ -> {}
      }
      name(utf8(entry.name()), entries);
    }
    return entries;
  }

  /** Returns the entry that begins the first record of the root (SUSP section 5.3). */
  static byte[] indicator() {
    return entry("SP", 3, out -> out.put((byte) 0xbe).put((byte) 0xef).put((byte) 0));
  }

  /** Returns the entry that announces Rock Ridge (SUSP section 5.5, RRIP section 4.3). */
  static byte[] reference() {
    byte[] id = ascii("IEEE_P1282");
    byte[] description =
        ascii("THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS.");
    byte[] source =
        ascii(
            "PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE P1282"
                + " SPECIFICATION.");
    return entry(
        "ER",
        4 + id.length + description.length + source.length,
        out -> {
          out.put((byte) id.length).put((byte) description.length).put((byte) source.length);
          out.put((byte) 1).put(id).put(description).put(source);
        });
  }

  private static byte[] entry(String signature, int length, Consumer<ByteBuffer> data) {
    ByteBuffer out = ByteBuffer.allocate(4 + length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii(signature)).put((byte) out.capacity()).put((byte) 1);
    data.accept(out);
    return out.array();
  }

  /** Returns mode, links, owner and serial number (section 4.1.1). */
  private static byte[] attributes(FileTree.Entry entry, Inodes inodes) {
    Metadata metadata = entry.node().metadata();
    return entry(
        "PX",
        40,
        out -> {
          IsoFields.both32(out, entry.node().mode());
          IsoFields.both32(out, inodes.links(entry));
          IsoFields.both32(out, metadata.uid());
          IsoFields.both32(out, metadata.gid());
          IsoFields.both32(out, inodes.serial(entry));
        });
  }

  /**
   * Returns a device number (section 4.1.2, which does not define its two fields). Linux reads
   * major and minor, unless the first field is 0 and the second exceeds a byte. Then the second
   * field is an old device number with 8 bits of minor below the major, as other readers expect.
   */
  private static byte[] device(Node.Device device) {
    boolean old = device.minor() <= 0xff;
    return entry(
        "PN",
        16,
        out -> {
          IsoFields.both32(out, old ? 0 : device.major());
          IsoFields.both32(out, old ? device.major() << 8 | device.minor() : device.minor());
        });
  }

  /** Returns the times (section 4.1.6). */
  private static byte[] times(Metadata metadata) {
    return entry(
        "TF",
        8,
        out -> {
          out.put((byte) MODIFIED);
          IsoFields.shortTime(out, metadata.modified());
        });
  }

  /** Returns a name, split into as many entries as necessary (section 4.1.4). */
  private static void name(byte[] name, List<byte[]> entries) {
    for (int from = 0; from < name.length; from += MAX_DATA) {
      byte[] part = Arrays.copyOfRange(name, from, Math.min(name.length, from + MAX_DATA));
      entries.add(continued("NM", part, from + part.length < name.length));
    }
  }

  private static byte[] continued(String signature, byte[] data, boolean continues) {
    return entry(signature, 1 + data.length, out -> out.put(continues ? CONTINUES : 0).put(data));
  }

  /** Returns the target of a link, split at its slashes (section 4.1.3). */
  private static void link(byte[] target, List<byte[]> entries) {
    ByteArrayOutputStream components = new ByteArrayOutputStream();
    int from = 0;
    if (target[0] == '/') {
      add(ROOT, target, 0, 0, components, entries);
      from = 1;
    }
    // A slash at the end and a double slash give an empty component.
    while (from <= target.length && !(from == 1 && target.length == 1)) {
      int to = from;
      while (to < target.length && target[to] != '/') {
        to++;
      }
      component(target, from, to, components, entries);
      from = to + 1;
    }
    entries.add(continued("SL", components.toByteArray(), false));
  }

  private static void component(
      byte[] target, int from, int to, ByteArrayOutputStream components, List<byte[]> entries) {
    String text = new String(target, from, to - from, StandardCharsets.ISO_8859_1);
    if (text.equals(".") || text.equals("..")) {
      add(text.length() == 1 ? CURRENT : PARENT, target, 0, 0, components, entries);
      return;
    }
    int most = MAX_DATA - 2;
    int start = from;
    for (; to - start > most; start += most) {
      add(CONTINUES, target, start, start + most, components, entries);
    }
    add((byte) 0, target, start, to, components, entries);
  }

  /** Adds a component, in a new entry if the current one is full. */
  private static void add(
      byte flags,
      byte[] target,
      int from,
      int to,
      ByteArrayOutputStream components,
      List<byte[]> entries) {
    if (components.size() + 2 + to - from > MAX_DATA) {
      entries.add(continued("SL", components.toByteArray(), true));
      components.reset();
    }
    components.write(flags);
    components.write(to - from);
    components.write(target, from, to - from);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return NameBytes.encode(text);
  }
}
