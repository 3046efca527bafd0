package linuxkit.oci.layer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Writes a layer's entries in the order of the archive, for {@link LayerIndexReader}. Each entry is
 * a type byte and its fields, big-endian, with text as by {@link DataOutputStream#writeUTF}. The
 * SHA-256 of the uncompressed layer comes last.
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

  // Enough for some 800,000 files. A small blob can unpack to any number of empty files.
  static final int MAX_BYTES = 128 << 20;

  private final String where;
  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
  private final DataOutputStream out = new DataOutputStream(bytes);

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

  void add(LayerEntry entry) throws IOException {
    switch (entry) {
      case LayerEntry.File file -> file(FILE, file);
      case LayerEntry.SparseFile sparse -> {
        file(SPARSE_FILE, sparse.file());
        out.writeInt(sparse.map().parts().size());
        for (Extent part : sparse.map().parts()) {
          out.writeLong(part.offset());
          out.writeLong(part.length());
        }
      }
      case LayerEntry.HardLink link -> {
        start(HARD_LINK, link.path());
        out.writeUTF(link.target());
      }
      case LayerEntry.Whiteout whiteout -> start(WHITEOUT, whiteout.path());
      case LayerEntry.Opaque opaque -> start(OPAQUE, opaque.path());
      case LayerEntry.Plain plain -> plain(plain);
    }
    if (bytes.size() > limit) {
      throw new LayerFailure("the archive has too many files", where, null);
    }
  }

  /**
   * Returns the bytes of the index.
   *
   * @param sha256 the hash of the uncompressed layer, in lower-case hexadecimal digits
   */
  byte[] finish(String sha256) throws IOException {
    out.writeByte(END);
    out.write(HexFormat.of().parseHex(sha256));
    return bytes.toByteArray();
  }

  private void file(int type, LayerEntry.File file) throws IOException {
    start(type, file.path());
    metadata(file.metadata());
    out.writeLong(file.offset());
    out.writeLong(file.size());
    out.write(HexFormat.of().parseHex(file.sha256()));
    out.writeShort(file.machine());
  }

  private void plain(LayerEntry.Plain entry) throws IOException {
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
      out.writeUTF(link.target());
    }
    if (node instanceof Node.Device device) {
      out.writeInt(device.major());
      out.writeInt(device.minor());
    }
  }

  private void start(int type, String path) throws IOException {
    out.writeByte(type);
    out.writeUTF(path);
  }

  private void metadata(Metadata metadata) throws IOException {
    out.writeShort(metadata.permissions());
    out.writeLong(metadata.uid());
    out.writeLong(metadata.gid());
    out.writeLong(metadata.modified());
    out.writeInt(metadata.xattrs().size());
    for (var xattr : metadata.xattrs().entrySet()) {
      out.writeUTF(xattr.getKey());
      out.writeInt(xattr.getValue().length());
      out.writeBytes(xattr.getValue());
    }
  }
}
