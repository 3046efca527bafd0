package linuxkit.filesystem.iso9660;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/** The entries that say of a file what POSIX wants to know (RRIP section 4.1). */
final class RockRidge {
  /** Linux (fs/isofs/rock.c) reads one of 254 bytes cut short. */
  private static final int MAX_NAME = 253;

  /** What fits into the page that Linux reads a symbolic link into. */
  private static final int MAX_TARGET = 4095;

  /** Of an entry whose length is a byte: four are its head, one its flags. */
  private static final int MAX_DATA = 250;

  private static final byte CONTINUES = 1;
  private static final byte CURRENT = 2;
  private static final byte PARENT = 4;
  private static final byte ROOT = 8;

  private static final int MODIFIED = 2;

  private RockRidge() {}

  /**
   * @throws IsoFailure when the file could not be found again as it is
   */
  static void check(FileTree.Entry entry) {
    if (utf8(entry.name()).length > MAX_NAME) {
      throw new IsoFailure(
          "Linux reads no more than " + MAX_NAME + " bytes of a name from an ISO image",
          entry.path(),
          "give it a shorter name");
    }
    switch (entry.node()) {
      case Node.Symlink symlink -> {
        if (utf8(symlink.target()).length > MAX_TARGET) {
          throw new IsoFailure(
              "the link's target is longer than " + MAX_TARGET + " bytes",
              entry.path(),
              "give it a shorter one");
        }
      }
      case Node.Device device -> {
        if (device.major() == 0 && device.minor() > 0xff) {
          throw new IsoFailure(
              "Linux reads no device 0:" + device.minor() + " from an ISO image",
              entry.path(),
              "take it out");
        }
      }
      case Node.Directory _, Node.RegularFile _, Node.Fifo _ -> {}
    }
  }

  /**
   * Of a record.
   *
   * @param named whether it is one that leads to the file, not the dots in a directory
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

  /** SUSP section 5.3: at the very beginning of the root's own record. */
  static byte[] indicator() {
    return entry("SP", 3, out -> out.put((byte) 0xbe).put((byte) 0xef).put((byte) 0));
  }

  /** SUSP section 5.5, with what RRIP section 4.3 wants it to say. */
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

  /** Section 4.1.1. */
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
   * Section 4.1.2, which leaves open how a device number is made of two fields. Linux takes them
   * for major and minor, unless the first is 0 and the second more than a byte: then that holds the
   * old kind of number, 8 bits of minor below the major, which other readers expect.
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

  /** Section 4.1.6. */
  private static byte[] times(Metadata metadata) {
    return entry(
        "TF",
        8,
        out -> {
          out.put((byte) MODIFIED);
          IsoFields.shortTime(out, metadata.modified());
        });
  }

  /** Section 4.1.4: a name in as many entries as it takes. */
  private static void name(byte[] name, List<byte[]> entries) {
    for (int from = 0; from < name.length; from += MAX_DATA) {
      byte[] part = Arrays.copyOfRange(name, from, Math.min(name.length, from + MAX_DATA));
      entries.add(continued("NM", part, from + part.length < name.length));
    }
  }

  private static byte[] continued(String signature, byte[] data, boolean continues) {
    return entry(signature, 1 + data.length, out -> out.put(continues ? CONTINUES : 0).put(data));
  }

  /** Section 4.1.3: the target, cut at its slashes. */
  private static void link(byte[] target, List<byte[]> entries) {
    ByteArrayOutputStream components = new ByteArrayOutputStream();
    int from = 0;
    if (target[0] == '/') {
      add(ROOT, target, 0, 0, components, entries);
      from = 1;
    }
    // A slash at the end, or two together, have nothing between them: a component of no bytes.
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

  /** Adds a component, in a new entry when it is too much for the one that is being filled. */
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
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
