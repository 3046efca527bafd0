package linuxkit.oci.layer;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Failure;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.SparseMap;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.oci.Digest;
import org.jspecify.annotations.Nullable;

/** Reads an uncompressed layer, or another tar archive, once and records its entries. */
final class LayerIndexer {
  // All indexes of archives in one layer, in bytes.
  private static final int MAX_INNER = 16 << 20;

  private final String where;
  private final boolean whiteouts;
  private final LayerIndexWriter writer;
  private final byte[] buffer = new byte[1 << 17];
  private final MessageDigest hash = Digest.newSha256();
  private final Map<String, byte[]> archives = new TreeMap<>();
  private int left = MAX_INNER;

  /**
   * Creates an indexer for one archive.
   *
   * @param where the archive, for failures
   * @param whiteouts whether reserved names are whiteouts, as in layers
   */
  LayerIndexer(String where, boolean whiteouts) {
    this(where, whiteouts, LayerIndexWriter.MAX_BYTES);
  }

  private LayerIndexer(String where, boolean whiteouts, int limit) {
    this.where = where;
    this.whiteouts = whiteouts;
    this.writer = new LayerIndexWriter(where, limit);
  }

  /** Reads the stream to its end, including padding after the end of the archive. */
  LayerIndexWriter read(InputStream tar) throws IOException {
    TarReader reader = new TarReader(tar, where);
    for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      TarEntry entry = next.get();
      if (!whiteouts) {
        writer.add(unchanged(entry));
      } else if (!Whiteouts.isIgnored(entry.path())) {
        writer.add(inLayer(entry));
      }
    }
    // Tools pad archives differently, and the digest includes the padding.
    while (tar.read(buffer) >= 0) {}
    return writer;
  }

  private LayerEntry inLayer(TarEntry entry) throws IOException {
    Optional<LayerEntry> marker =
        Whiteouts.marker(
            entry.path(),
            entry.type() == TarEntry.Type.DIRECTORY,
            where + ", entry " + entry.path());
    return marker.isPresent() ? marker.get() : unchanged(entry);
  }

  private LayerEntry unchanged(TarEntry entry) throws IOException {
    Metadata metadata = whiteouts ? withoutOverlay(entry.metadata()) : entry.metadata();
    return switch (entry.type()) {
      case FILE -> regular(entry, metadata);
      case HARD_LINK -> new LayerEntry.HardLink(entry.path(), entry.link());
      case DIRECTORY -> plain(entry, new Node.Directory(metadata));
      case SYMLINK -> plain(entry, new Node.Symlink(metadata, entry.link()));
      case CHARACTER_DEVICE -> plain(entry, device(entry, Node.Device.Kind.CHARACTER));
      case BLOCK_DEVICE -> plain(entry, device(entry, Node.Device.Kind.BLOCK));
      case FIFO -> plain(entry, new Node.Fifo(metadata));
    };
  }

  // These attributes of overlayfs would hide or move files if the tree became one of its layers.
  private static Metadata withoutOverlay(Metadata metadata) {
    if (metadata.xattrs().isEmpty()
        || metadata.xattrs().keySet().stream().noneMatch(LayerIndexer::isOverlay)) {
      return metadata;
    }
    TreeMap<String, String> kept = new TreeMap<>(metadata.xattrs());
    kept.keySet().removeIf(LayerIndexer::isOverlay);
    return new Metadata(
        metadata.permissions(), metadata.uid(), metadata.gid(), metadata.modified(), kept);
  }

  private static boolean isOverlay(String xattr) {
    return xattr.startsWith("trusted.overlay.") || xattr.startsWith("user.overlay.");
  }

  private static LayerEntry plain(TarEntry entry, Node node) {
    return new LayerEntry.Plain(entry.path(), node);
  }

  // Character devices 0:0 are whiteouts only in overlayfs; in an image layer they are devices.
  private static Node device(TarEntry entry, Node.Device.Kind kind) {
    return new Node.Device(entry.metadata(), kind, entry.device().major(), entry.device().minor());
  }

  private LayerEntry regular(TarEntry entry, Metadata metadata) throws IOException {
    LayerEntry.File file = file(entry, metadata);
    Optional<SparseMap> sparse = entry.body().sparse();
    return sparse.isPresent() ? new LayerEntry.SparseFile(file, sparse.get()) : file;
  }

  private LayerEntry.File file(TarEntry entry, Metadata metadata) throws IOException {
    InputStream content = entry.content();
    int start = content.readNBytes(buffer, 0, ElfHeader.LENGTH);
    int machine = ElfHeader.machine(buffer, start);
    hash.update(buffer, 0, start);
    LayerIndexWriter inner =
        whiteouts && entry.path().endsWith(".tar") && entry.body().sparse().isEmpty()
            ? inner(Arrays.copyOf(buffer, start), content, entry.path())
            : null;
    String sha256 = sha256(content);
    if (inner != null) {
      byte[] index = inner.finish(sha256);
      archives.put(sha256, index);
      left -= index.length;
    }
    return new LayerEntry.File(
        entry.path(), metadata, entry.body().offset(), entry.size(), sha256, machine);
  }

  // An archive in the layer, such as a kernel's modules, is indexed in the same pass. If it is not
  // valid, whoever needs it reports that.
  private @Nullable LayerIndexWriter inner(byte[] start, InputStream rest, String path) {
    try {
      InputStream archive =
          new SequenceInputStream(
              new ByteArrayInputStream(start),
              new BufferedInputStream(new DigestInputStream(rest, hash), buffer.length));
      return new LayerIndexer(where + ", entry " + path, false, left).read(archive);
    } catch (Failure | IOException _) {
      return null;
    }
  }

  /** Returns the indexes of the archives in the layer, by the hash of the archive. */
  Map<String, byte[]> archives() {
    return archives;
  }

  // Finishes the hash, which already includes the start of the content.
  private String sha256(InputStream content) throws IOException {
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      hash.update(buffer, 0, n);
    }
    return HexFormat.of().formatHex(hash.digest());
  }
}
