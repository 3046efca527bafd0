package linuxkit.system;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.TarEntry;
import linuxkit.filesystem.TarReader;
import linuxkit.oci.Digest;

/**
 * Lays the archive that a kernel's image carries over the root. Its bytes stay where they are: each
 * member becomes a slice of the archive.
 */
final class KernelTar {
  private final TreeBuilder builder;
  private final Origin origin;
  private final String where;

  /**
   * @param where the archive, for messages
   */
  KernelTar(TreeBuilder builder, Origin origin, String where) {
    this.builder = builder;
    this.origin = origin;
    this.where = where;
  }

  void unpack(Content archive) {
    try (InputStream in = new BufferedInputStream(archive.open(), 1 << 18)) {
      TarReader reader = new TarReader(in, where);
      for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        add(entry.get(), archive);
      }
      // To the end, where the archive's own hash is checked.
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new SystemFailure("cannot read the archive: " + e.getMessage(), where, "", e);
    }
  }

  private void add(TarEntry entry, Content archive) throws IOException {
    if (entry.path().isEmpty()) {
      return;
    }
    int slash = entry.path().lastIndexOf('/');
    if (slash >= 0) {
      parents(entry.path().substring(0, slash));
    }
    builder.put(entry.path(), node(entry, archive), origin);
  }

  private void parents(String path) {
    Optional<FileTree.Entry> there = builder.tree().find(path);
    if (there.isEmpty()) {
      int slash = path.lastIndexOf('/');
      if (slash >= 0) {
        parents(path.substring(0, slash));
      }
      builder.directory(path, origin);
    } else if (!(there.get().node() instanceof Node.Directory)) {
      throw failure(path, "has files below it, but is no directory");
    }
  }

  private Node node(TarEntry entry, Content archive) throws IOException {
    return switch (entry.type()) {
      case FILE -> new Node.RegularFile(entry.metadata(), slice(entry, archive));
      case HARD_LINK ->
          builder
              .tree()
              .find(entry.link())
              .map(FileTree.Entry::node)
              .filter(node -> !(node instanceof Node.Directory))
              .orElseThrow(
                  () -> failure(entry.path(), "links to " + entry.link() + ", which is no file"));
      case SYMLINK -> new Node.Symlink(entry.metadata(), entry.link());
      case CHARACTER_DEVICE -> device(entry, Node.Device.Kind.CHARACTER);
      case BLOCK_DEVICE -> device(entry, Node.Device.Kind.BLOCK);
      case DIRECTORY -> new Node.Directory(entry.metadata());
      case FIFO -> new Node.Fifo(entry.metadata());
    };
  }

  private static Node device(TarEntry entry, Node.Device.Kind kind) {
    return new Node.Device(entry.metadata(), kind, entry.major(), entry.minor());
  }

  private static Content slice(TarEntry entry, Content archive) throws IOException {
    MessageDigest hash = Digest.newSha256();
    byte[] buffer = new byte[1 << 16];
    InputStream in = entry.content();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      hash.update(buffer, 0, n);
    }
    return archive.slice(entry.offset(), entry.size(), HexFormat.of().formatHex(hash.digest()));
  }

  private SystemFailure failure(String path, String what) {
    return new SystemFailure("\"" + path + "\" " + what, where, "");
  }
}
