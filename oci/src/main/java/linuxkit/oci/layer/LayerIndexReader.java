package linuxkit.oci.layer;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.SparseMap;

/** Reads the format of {@link LayerIndexWriter}. */
final class LayerIndexReader {
  private final DataInputStream in;

  private LayerIndexReader(byte[] bytes) {
    this.in = new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /**
   * Reads a layer index.
   *
   * @throws IOException if the bytes are not an index
   */
  static LayerIndex read(byte[] bytes) throws IOException {
    try {
      return new LayerIndexReader(bytes).index();
    } catch (IllegalArgumentException e) {
      throw new IOException("a layer index has invalid values: " + e.getMessage(), e);
    }
  }

  private LayerIndex index() throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    for (int type = in.readByte(); type != LayerIndexWriter.END; type = in.readByte()) {
      entries.add(entry(type, in.readUTF()));
    }
    String sha256 = sha256();
    if (in.read() >= 0) {
      throw new IOException("there are bytes after the end of a layer index");
    }
    return new LayerIndex(entries, sha256);
  }

  private LayerEntry entry(int type, String path) throws IOException {
    return switch (type) {
      case LayerIndexWriter.FILE -> file(path);
      case LayerIndexWriter.SPARSE_FILE -> {
        LayerEntry.File file = file(path);
        yield new LayerEntry.SparseFile(file, new SparseMap(file.size(), parts()));
      }
      case LayerIndexWriter.HARD_LINK -> new LayerEntry.HardLink(path, in.readUTF());
      case LayerIndexWriter.WHITEOUT -> new LayerEntry.Whiteout(path);
      case LayerIndexWriter.OPAQUE -> new LayerEntry.Opaque(path);
      default -> new LayerEntry.Plain(path, node(type, metadata()));
    };
  }

  private LayerEntry.File file(String path) throws IOException {
    Metadata metadata = metadata();
    return new LayerEntry.File(
        path, metadata, in.readLong(), in.readLong(), sha256(), in.readUnsignedShort());
  }

  private List<Extent> parts() throws IOException {
    List<Extent> parts = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      parts.add(new Extent(in.readLong(), in.readLong()));
    }
    return parts;
  }

  private Node node(int type, Metadata metadata) throws IOException {
    return switch (type) {
      case LayerIndexWriter.DIRECTORY -> new Node.Directory(metadata);
      case LayerIndexWriter.SYMLINK -> new Node.Symlink(metadata, in.readUTF());
      case LayerIndexWriter.CHARACTER_DEVICE ->
          new Node.Device(metadata, Node.Device.Kind.CHARACTER, in.readInt(), in.readInt());
      case LayerIndexWriter.BLOCK_DEVICE ->
          new Node.Device(metadata, Node.Device.Kind.BLOCK, in.readInt(), in.readInt());
      case LayerIndexWriter.FIFO -> new Node.Fifo(metadata);
      default -> throw new IOException("unknown type in a layer index: " + type);
    };
  }

  private Metadata metadata() throws IOException {
    int permissions = in.readUnsignedShort();
    long uid = in.readLong();
    long gid = in.readLong();
    long modified = in.readLong();
    int count = in.readInt();
    if (count == 0) {
      return Metadata.of(permissions, uid, gid, modified);
    }
    TreeMap<String, String> xattrs = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      xattrs.put(name, new String(bytes(in.readInt()), StandardCharsets.ISO_8859_1));
    }
    return new Metadata(permissions, uid, gid, modified, xattrs);
  }

  private String sha256() throws IOException {
    return HexFormat.of().formatHex(bytes(32));
  }

  private byte[] bytes(int length) throws IOException {
    if (length < 0 || length > in.available()) {
      throw new EOFException("a layer index is truncated");
    }
    return in.readNBytes(length);
  }
}
