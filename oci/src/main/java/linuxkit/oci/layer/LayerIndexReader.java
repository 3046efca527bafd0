package linuxkit.oci.layer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.SparseMap;

/** Reads the format of {@link LayerIndexWriter}, one entry after the other. */
final class LayerIndexReader {
  private static final Metadata NONE = Metadata.of(0, 0, 0, 0);

  private final IndexInput in;
  private final Metadata[] recent = new Metadata[LayerIndexWriter.RECENT];
  private int known;

  // The entry that was read last.
  private int type;
  private byte[] path = new byte[256];
  private int pathLength;
  private Metadata metadata = NONE;
  // Of what a regular file has beside path and metadata.
  private int position;
  private LayerEntry other = new LayerEntry.Opaque("");

  LayerIndexReader(byte[] bytes) {
    this.in = new IndexInput(bytes);
    Arrays.fill(recent, NONE);
  }

  /**
   * Checks a layer index.
   *
   * @param bytes not copied, so they must not change afterwards
   * @throws IOException if they are not an index
   */
  static LayerIndex read(byte[] bytes) throws IOException {
    try {
      LayerIndexReader reader = new LayerIndexReader(bytes);
      boolean hides = false;
      while (reader.next()) {
        if (reader.isSparse()) {
          reader.entry();
        }
        hides |= reader.type == LayerIndexWriter.WHITEOUT || reader.type == LayerIndexWriter.OPAQUE;
      }
      String sha256 = reader.in.sha256();
      if (reader.in.hasMore()) {
        throw new IOException("there are bytes after the end of a layer index");
      }
      return new LayerIndex(bytes, sha256, hides);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("a layer index has invalid values: " + e.getMessage(), e);
    }
  }

  /** Moves to the next entry; returns false if there is none. */
  boolean next() {
    type = in.readByte();
    if (type == LayerIndexWriter.END) {
      return false;
    }
    int shared = in.smallNumber();
    int length = in.smallNumber();
    if (shared > pathLength) {
      throw new IllegalArgumentException("a path is malformed");
    }
    if (length > path.length - shared) {
      // The bytes exist, so that the sum is not too large.
      in.moveTo(in.skip(length));
      path = Arrays.copyOf(path, 2 * (shared + length));
    }
    in.get(path, shared, length);
    pathLength = shared + length;
    fields();
    return true;
  }

  private void fields() {
    switch (type) {
      case LayerIndexWriter.FILE, LayerIndexWriter.SPARSE_FILE -> {
        metadata = metadata();
        position = in.position();
        skipFile();
      }
      case LayerIndexWriter.HARD_LINK -> other = new LayerEntry.HardLink(path(), in.name());
      case LayerIndexWriter.WHITEOUT -> other = new LayerEntry.Whiteout(path());
      case LayerIndexWriter.OPAQUE -> other = new LayerEntry.Opaque(path());
      default -> other = new LayerEntry.Plain(path(), node(metadata()));
    }
  }

  private void skipFile() {
    long offset = in.number();
    long size = in.number();
    in.skip(32);
    if (offset < 0 || size < 0 || in.smallNumber() > 0xffff) {
      throw new IllegalArgumentException("a file is malformed");
    }
    if (isSparse()) {
      for (long left = 2L * in.smallNumber(); left > 0; left--) {
        in.number();
      }
    }
  }

  private Metadata metadata() {
    int reference = in.smallNumber();
    if (reference > 0) {
      return recent[reference - 1];
    }
    int permissions = in.smallNumber();
    long uid = in.number();
    long gid = in.number();
    long modified = in.number();
    int count = in.smallNumber();
    Metadata read = Metadata.of(permissions, uid, gid, modified);
    if (count > 0) {
      TreeMap<String, String> xattrs = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        String name = in.name();
        xattrs.put(name, in.latin());
      }
      read = new Metadata(permissions, uid, gid, modified, xattrs);
    }
    recent[known++ % recent.length] = read;
    return read;
  }

  private Node node(Metadata metadata) {
    return switch (type) {
      case LayerIndexWriter.DIRECTORY -> new Node.Directory(metadata);
      case LayerIndexWriter.SYMLINK -> new Node.Symlink(metadata, in.name());
      case LayerIndexWriter.CHARACTER_DEVICE ->
          new Node.Device(metadata, Node.Device.Kind.CHARACTER, in.smallNumber(), in.smallNumber());
      case LayerIndexWriter.BLOCK_DEVICE ->
          new Node.Device(metadata, Node.Device.Kind.BLOCK, in.smallNumber(), in.smallNumber());
      case LayerIndexWriter.FIFO -> new Node.Fifo(metadata);
      default -> throw new IllegalArgumentException("unknown type in a layer index: " + type);
    };
  }

  String path() {
    return NameBytes.decode(path, 0, pathLength);
  }

  boolean isFile() {
    return type == LayerIndexWriter.FILE || type == LayerIndexWriter.SPARSE_FILE;
  }

  /** Returns the metadata of a regular file. */
  Metadata fileMetadata() {
    return metadata;
  }

  /** Returns where the index has the rest of a regular file. */
  int position() {
    return position;
  }

  boolean isSparse() {
    return type == LayerIndexWriter.SPARSE_FILE;
  }

  LayerEntry entry() {
    if (!isFile()) {
      return other;
    }
    int end = in.position();
    in.moveTo(position);
    LayerEntry.File file = fields(path(), metadata, in);
    LayerEntry entry = isSparse() ? new LayerEntry.SparseFile(file, map(file.size(), in)) : file;
    in.moveTo(end);
    return entry;
  }

  /** Reads what a regular file has beside path and metadata. */
  static LayerEntry.File fields(String path, Metadata metadata, IndexInput in) {
    long offset = in.number();
    long size = in.number();
    String sha256 = in.sha256();
    return new LayerEntry.File(path, metadata, offset, size, sha256, in.smallNumber());
  }

  /** Reads the parts of a sparse file, which follow its other fields. */
  static SparseMap map(long size, IndexInput in) {
    List<Extent> parts = new ArrayList<>();
    for (int left = in.smallNumber(); left > 0; left--) {
      parts.add(new Extent(in.number(), in.number()));
    }
    return new SparseMap(size, parts);
  }
}
