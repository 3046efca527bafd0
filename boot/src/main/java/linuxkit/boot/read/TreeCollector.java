package linuxkit.boot.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Predicate;
import linuxkit.base.Sha256;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.inspect.ContainerFacts;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.inspect.SystemPackages;
import linuxkit.system.tree.PlacementListener;

/**
 * Collects the entries of archives into a tree, as unpacking would. Of most files only the digest
 * is kept; the content is kept only on request.
 */
final class TreeCollector {
  private static final Metadata IMPLICIT = Metadata.of(0755, 0, 0, 0);
  private static final String CMDLINE = "boot/cmdline";
  private static final int MOST_FILES = 4_000_000;
  // In bytes: the limit for all kept content together.
  private static final long MOST_KEPT = 256 << 20;

  private final FileTree tree = new FileTree(IMPLICIT);
  private final Predicate<String> kept;
  private final PlacementListener placements;
  private final String where;
  private final byte[] buffer = new byte[1 << 16];
  private int count;
  private long keptBytes;

  /**
   * @param kept whether the content at a path is needed
   * @param where the archive, for failures
   */
  TreeCollector(Predicate<String> kept, PlacementListener placements, String where) {
    this.kept = kept;
    this.placements = placements;
    this.where = where;
  }

  /** Makes a collector that keeps what an inspection reads. */
  static TreeCollector of(Path file, PlacementListener placements) {
    return new TreeCollector(
        path ->
            path.equals(CMDLINE)
                || ContainerFacts.isConfiguration(path)
                || SystemPackages.isDatabase(path),
        placements,
        file.toString());
  }

  /** Returns the collected system. */
  InspectedSystem system(boolean detailed) {
    String cmdline = "";
    if (tree.find(CMDLINE).map(FileTree.Entry::node).orElse(null)
        instanceof Node.RegularFile file) {
      try (InputStream in = file.content().open()) {
        cmdline = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException("reading bytes in memory failed", e);
      }
    }
    return new InspectedSystem(tree, cmdline, detailed);
  }

  FileTree tree() {
    return tree;
  }

  /** Adds or replaces a file, and adds missing directories above it. */
  void put(String path, Node node, Origin origin) {
    if (++count > MOST_FILES) {
      throw failure("it has more than " + MOST_FILES + " files", "");
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      Node above = tree.find(parent).map(FileTree.Entry::node).orElse(null);
      if (above == null) {
        tree.put(parent, new Node.Directory(IMPLICIT), Origin.NONE);
      } else if (!(above instanceof Node.Directory)) {
        throw failure("/" + parent + " is not a directory, but the archive has files in it", path);
      }
    }
    tree.put(path, node, origin);
    if (!path.isEmpty()) {
      placements.placed(path, node, origin);
    }
  }

  /** Replaces a file, if there still is one at its path. */
  void replace(String path, Node node, Origin origin) {
    if (tree.find(path).filter(old -> !(old.node() instanceof Node.Directory)).isPresent()) {
      tree.put(path, node, origin);
    }
  }

  /** Reads the content of an entry. */
  Content content(String path, long size, InputStream in) throws IOException {
    if (kept.test(path)) {
      keptBytes += size;
      if (keptBytes > MOST_KEPT) {
        throw failure("its package databases are too large", path);
      }
      return Content.of(in.readAllBytes());
    }
    MessageDigest digest = Sha256.digest();
    long read = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      read += n;
    }
    return new Digested(read, HexFormat.of().formatHex(digest.digest()));
  }

  ReadFailure failure(String what, String path) {
    return new ReadFailure(what, path.isEmpty() ? where : where + ", /" + path, "", null);
  }

  /** The size and digest of a file whose content was not kept. */
  private record Digested(long size, String sha256) implements Content {
    @Override
    public InputStream open() throws IOException {
      throw new IOException("only the digest of this file was kept");
    }
  }
}
