package linuxkit.oci.layer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Writes a layer's entries in the order of the archive, for {@link LayerIndexReader}. Each entry
 * consists of a type byte, a path and the fields of its type. A number has seven bits a byte, the
 * lowest first, and a set highest bit before the last. Text has its length before it. A path has
 * the number of bytes that it shares with the one before it, and the rest. Metadata is zero and its
 * fields, or the place, from 1, among the last {@value #RECENT} that were written with their
 * fields. The SHA-256 of the uncompressed layer comes last.
 */
final class LayerIndexWriter {
  static final int END = 0;
  static final int FILE = 1;
  static final int HARD_LINK = 2;
  static final int WHITEOUT = 3;
  static final int OPAQUE = 4;
  static final int DIRECTORY = 5;
  static final int SYMLINK = 6;
  static final int CHARACTER_DEVICE = 7;
  static final int BLOCK_DEVICE = 8;
  static final int FIFO = 9;
  static final int SPARSE_FILE = 10;

  static final int RECENT = 64;

  // A small blob can unpack to any number of empty files.
  static final int MAX_BYTES = 128 << 20;
  private static final int MAX_ENTRIES = 2_000_000;
  private static final int BLOCK = 1 << 16;
  private static final long MAX_PATHS = 256 << 20;

  private final String where;
  private final int limit;
  private final Metadata[] recent = new Metadata[RECENT];
  private int known;
  private byte[] previous = {};
  // All full but the last: a growing array would have to be copied.
  private final List<byte[]> blocks = new ArrayList<>(List.of(new byte[BLOCK]));
  private int free = BLOCK;
  private int entries;
  private long paths;

  LayerIndexWriter(String where) {
    this(where, MAX_BYTES);
  }

  /**
   * @param limit how large the index may become, in bytes
   */
  LayerIndexWriter(String where, int limit) {
    this.where = where;
    this.limit = limit;
  }

  void add(LayerEntry entry) {
    switch (entry) {
      case LayerEntry.File file -> file(FILE, file);
      case LayerEntry.SparseFile sparse -> {
        file(SPARSE_FILE, sparse.file());
        number(sparse.map().parts().size());
        for (Extent part : sparse.map().parts()) {
          number(part.offset());
          number(part.length());
        }
      }
      case LayerEntry.HardLink link -> {
        start(HARD_LINK, link.path());
        text(NameBytes.encode(link.target()));
      }
      case LayerEntry.Whiteout whiteout -> start(WHITEOUT, whiteout.path());
      case LayerEntry.Opaque opaque -> start(OPAQUE, opaque.path());
      case LayerEntry.Plain plain -> plain(plain);
    }
    entries++;
    paths += previous.length;
    if (blocks.size() > limit / BLOCK || entries > MAX_ENTRIES || paths > MAX_PATHS) {
      throw new LayerFailure("the archive has too many files", where, null);
    }
  }

  /**
   * Returns the bytes of the index.
   *
   * @param sha256 the hash of the uncompressed layer, in lower-case hexadecimal digits
   */
  byte[] finish(String sha256) {
    put((byte) END);
    put(HexFormat.of().parseHex(sha256));
    byte[] all = new byte[blocks.size() * BLOCK - free];
    for (int i = 0; i < blocks.size(); i++) {
      System.arraycopy(blocks.get(i), 0, all, i * BLOCK, Math.min(BLOCK, all.length - i * BLOCK));
    }
    return all;
  }

  private void file(int type, LayerEntry.File file) {
    start(type, file.path());
    metadata(file.metadata());
    number(file.offset());
    number(file.size());
    put(HexFormat.of().parseHex(file.sha256()));
    number(file.machine());
  }

  private void plain(LayerEntry.Plain entry) {
    Node node = entry.node();
    switch (node) {
      case Node.Directory _ -> start(DIRECTORY, entry.path());
      case Node.Symlink _ -> start(SYMLINK, entry.path());
      case Node.Fifo _ -> start(FIFO, entry.path());
      case Node.Device device ->
          start(
              device.kind() == Node.Device.Kind.BLOCK ? BLOCK_DEVICE : CHARACTER_DEVICE,
              entry.path());
      case Node.RegularFile _ ->
          throw new IllegalArgumentException("the entry has content: " + entry);
    }
    metadata(node.metadata());
    if (node instanceof Node.Symlink link) {
      text(NameBytes.encode(link.target()));
    }
    if (node instanceof Node.Device device) {
      number(device.major());
      number(device.minor());
    }
  }

  private void start(int type, String text) {
    byte[] path = NameBytes.encode(text);
    int shared = Arrays.mismatch(previous, path);
    shared = shared < 0 ? path.length : shared;
    put((byte) type);
    number(shared);
    number(path.length - shared);
    put(path, shared, path.length - shared);
    previous = path;
  }

  private void metadata(Metadata metadata) {
    for (int i = 0; i < Math.min(known, RECENT); i++) {
      if (isSame(recent[i], metadata)) {
        number(i + 1);
        return;
      }
    }
    recent[known++ % RECENT] = metadata;
    number(0);
    number(metadata.permissions());
    number(metadata.uid());
    number(metadata.gid());
    number(metadata.modified());
    number(metadata.xattrs().size());
    for (var xattr : metadata.xattrs().entrySet()) {
      text(NameBytes.encode(xattr.getKey()));
      text(xattr.getValue().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  // Written out because the JVM prepares the equality of a record anew in every process.
  private static boolean isSame(Metadata one, Metadata other) {
    return one.modified() == other.modified()
        && one.permissions() == other.permissions()
        && one.uid() == other.uid()
        && one.gid() == other.gid()
        && one.xattrs().equals(other.xattrs());
  }

  private void text(byte[] text) {
    number(text.length);
    put(text);
  }

  private void number(long number) {
    long rest = number;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      put((byte) (rest | 0x80));
    }
    put((byte) rest);
  }

  private void put(byte value) {
    if (free == 0) {
      blocks.add(new byte[BLOCK]);
      free = BLOCK;
    }
    blocks.getLast()[BLOCK - free--] = value;
  }

  private void put(byte[] from) {
    put(from, 0, from.length);
  }

  private void put(byte[] from, int offset, int count) {
    for (int done = 0; done < count; ) {
      if (free == 0) {
        blocks.add(new byte[BLOCK]);
        free = BLOCK;
      }
      int n = Math.min(count - done, free);
      System.arraycopy(from, offset + done, blocks.getLast(), BLOCK - free, n);
      free -= n;
      done += n;
    }
  }
}
