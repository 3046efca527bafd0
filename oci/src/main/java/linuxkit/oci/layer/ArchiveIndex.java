package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.SparseMap;
import linuxkit.oci.packed.ReadAhead;

/**
 * The index of an uncompressed tar archive that is a file of an image, such as a kernel's modules.
 * Each archive is read once; its index is kept in the work cache under the archive's hash.
 */
public final class ArchiveIndex {
  // The number is the version of the format and of the recorded properties.
  private static final String KIND = "archive-index-3";

  private ArchiveIndex() {}

  /**
   * A member of the archive.
   *
   * @param path in the form of a file tree
   * @param node empty for a hard link; the content of a file is a slice of the archive
   * @param link the path of the hard link's target; empty for other members
   */
  public record Member(String path, Optional<Node> node, String link) {}

  /**
   * Returns the members in the order of the archive.
   *
   * @param where the archive, for failures
   * @throws linuxkit.base.Failure if it is damaged or not an archive
   */
  public static List<Member> members(Content archive, String where, WorkCache work) {
    try {
      return members(archive, index(archive, where, work));
    } catch (IOException e) {
      throw new LayerFailure("the archive cannot be read: " + e.getMessage(), where, e);
    }
  }

  /**
   * Reads a partial index that {@link #part} wrote.
   *
   * @throws IOException if it is malformed
   */
  public static List<Member> members(Content archive, byte[] part) throws IOException {
    return LayerIndexReader.read(part).entries().stream()
        .map(entry -> member(entry, archive))
        .toList();
  }

  /**
   * Writes a partial index: the members with matching paths.
   *
   * @param where the archive, for failures
   * @throws IOException if the archive's index cannot be read
   * @throws linuxkit.base.Failure as {@link #members(Content, String, WorkCache)}
   */
  public static byte[] part(Content archive, String where, WorkCache work, Predicate<String> paths)
      throws IOException {
    LayerIndexWriter part = new LayerIndexWriter(where);
    for (LayerEntry entry : LayerIndexReader.read(index(archive, where, work)).entries()) {
      if (paths.test(entry.path())) {
        part.add(entry);
      }
    }
    return part.finish(archive.sha256());
  }

  private static byte[] index(Content archive, String where, WorkCache work) throws IOException {
    return work.bytes(KIND, archive.sha256(), out -> out.write(index(archive, where)));
  }

  /** Keeps the index of an archive that was read with the layer that it is a file of. */
  static void keep(String sha256, byte[] index, WorkCache work) {
    work.get(KIND, sha256, out -> out.write(index));
  }

  private static byte[] index(Content archive, String where) throws IOException {
    try (InputStream in = new ReadAhead(archive.open())) {
      return new LayerIndexer(where, false).read(in).finish(archive.sha256());
    }
  }

  private static Member member(LayerEntry entry, Content archive) {
    if (entry instanceof LayerEntry.Plain plain) {
      return new Member(plain.path(), Optional.of(plain.node()), "");
    }
    if (entry instanceof LayerEntry.HardLink link) {
      return new Member(link.path(), Optional.empty(), link.target());
    }
    if (entry instanceof LayerEntry.File file) {
      Content content =
          archive instanceof IndexedContent stored
              ? stored.member(file.offset(), file.size(), file.sha256())
              : archive.slice(file.offset(), file.size(), file.sha256());
      Node node = new Node.RegularFile(file.metadata(), content);
      return new Member(file.path(), Optional.of(node), "");
    }
    if (entry instanceof LayerEntry.SparseFile sparse) {
      LayerEntry.File file = sparse.file();
      Content content = new SparseSlice(archive, file.offset(), sparse.map(), file.sha256());
      Node node = new Node.RegularFile(file.metadata(), content);
      return new Member(file.path(), Optional.of(node), "");
    }
    throw new IllegalStateException("only layers have whiteouts");
  }

  /**
   * A sparse file within an archive.
   *
   * @param offset of the stored data in the archive, in bytes
   */
  private record SparseSlice(Content archive, long offset, SparseMap map, String sha256)
      implements Content {
    @Override
    public long size() {
      return map.size();
    }

    @Override
    public InputStream open() throws IOException {
      return new VerifiedInputStream(
          map.expand(archive.openAt(offset)),
          map.size(),
          Sha256.digest(),
          sha256,
          how -> new IOException("a sparse file is damaged: " + how));
    }
  }
}
