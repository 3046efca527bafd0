package linuxkit.system;

import java.util.Optional;
import linuxkit.base.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.layer.ArchiveIndex;

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

  void unpack(Content archive, WorkCache work) {
    for (ArchiveIndex.Member member : ArchiveIndex.members(archive, where, work)) {
      if (!member.path().isEmpty()) {
        int slash = member.path().lastIndexOf('/');
        if (slash >= 0) {
          parents(member.path().substring(0, slash));
        }
        builder.put(member.path(), member.node().orElseGet(() -> linked(member)), origin);
      }
    }
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

  private Node linked(ArchiveIndex.Member member) {
    return builder
        .tree()
        .find(member.link())
        .map(FileTree.Entry::node)
        .filter(node -> !(node instanceof Node.Directory))
        .orElseThrow(
            () -> failure(member.path(), "links to " + member.link() + ", which is no file"));
  }

  private SystemFailure failure(String path, String what) {
    return new SystemFailure("\"" + path + "\" " + what, where, "");
  }
}
