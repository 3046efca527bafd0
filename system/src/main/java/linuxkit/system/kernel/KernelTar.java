package linuxkit.system.kernel;

import static java.util.stream.Collectors.toSet;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.layer.ArchiveIndex;
import linuxkit.system.SystemFailure;
import linuxkit.system.modules.ModuleChanges;
import linuxkit.system.modules.ModuleSelection;
import linuxkit.system.tree.TreeBuilder;

/**
 * Lays the archive in a kernel's image over the root. Its bytes are not copied: each member becomes
 * a slice of the archive.
 */
public final class KernelTar {
  // The number is the version of the format, and of the way to select.
  private static final String KIND = "kernel-tar-3";

  private final TreeBuilder builder;
  private final Origin origin;
  private final String where;

  /**
   * @param where the archive, for messages
   */
  public KernelTar(TreeBuilder builder, Origin origin, String where) {
    this.builder = builder;
    this.origin = origin;
    this.where = where;
  }

  /**
   * Unpacks the archive, without the modules that are not wanted: see {@link
   * ModuleSelection#apply}. The result is kept in the work cache, so that the next build reads
   * nothing else.
   *
   * @param wanted empty for all
   * @param whereWanted returns the place that asks for a module, for failures
   */
  public void unpack(
      Content archive,
      Optional<List<String>> wanted,
      UnaryOperator<String> whereWanted,
      WorkCache work) {
    if (wanted.isPresent()) {
      unpack(archive, wanted.get(), whereWanted, work);
    } else {
      put(ArchiveIndex.members(archive, where, work));
    }
  }

  private void unpack(
      Content archive, List<String> wanted, UnaryOperator<String> whereWanted, WorkCache work) {
    String key =
        String.join(
            "\0",
            archive.sha256(),
            builder.isWatched() ? "watched" : "",
            String.join("\0", wanted));
    try {
      byte[] kept =
          work.bytes(
              KIND,
              Sha256.hex(key.getBytes(StandardCharsets.UTF_8)),
              out -> select(archive, wanted, whereWanted, work, new DataOutputStream(out)));
      if (kept.length == 0) {
        put(ArchiveIndex.members(archive, where, work));
        return;
      }
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(kept));
      put(ArchiveIndex.members(archive, in.readNBytes(in.readInt())));
      for (int left = in.readInt(); left > 0; left--) {
        String version = in.readUTF();
        ModuleChanges.read(in).apply(builder.tree(), version);
      }
    } catch (IOException e) {
      throw new SystemFailure(
          "cannot read what the work cache holds of the archive", where, "try again", e);
    }
  }

  /** Writes what is left of the archive, and the changes; nothing if all of it stays as it is. */
  private void select(
      Content archive,
      List<String> wanted,
      UnaryOperator<String> whereWanted,
      WorkCache work,
      DataOutputStream out)
      throws IOException {
    List<ArchiveIndex.Member> members = ArchiveIndex.members(archive, where, work);
    TreeBuilder scratch = builder.scratch();
    new KernelTar(scratch, origin, where).put(members);
    SortedMap<String, ModuleChanges> changes = new TreeMap<>();
    for (FileTree.Entry version : ModuleSelection.versions(scratch.tree())) {
      changes.put(
          version.path(),
          ModuleSelection.changes(scratch.tree(), version.path(), wanted, whereWanted));
    }
    if (changes.values().stream().allMatch(ModuleChanges::isEmpty)) {
      return;
    }
    boolean whole = builder.isWatched() || !standsWithoutTheOthers(members, changes.keySet());
    changes.forEach((version, change) -> change.apply(scratch.tree(), version));
    byte[] part =
        ArchiveIndex.part(
            archive, where, work, path -> whole || scratch.tree().find(path).isPresent());
    out.writeInt(part.length);
    out.write(part);
    out.writeInt(changes.size());
    for (var change : changes.entrySet()) {
      out.writeUTF(change.getKey());
      (whole ? change.getValue() : change.getValue().withoutRemovals()).write(out);
    }
    out.flush();
  }

  /** Returns whether what is kept needs nothing else: no target of a link, no folder's name. */
  private static boolean standsWithoutTheOthers(
      List<ArchiveIndex.Member> members, Set<String> versions) {
    Set<String> paths = members.stream().map(ArchiveIndex.Member::path).collect(toSet());
    return paths.containsAll(versions)
        && members.stream().allMatch(member -> member.link().isEmpty());
  }

  private void put(List<ArchiveIndex.Member> members) {
    for (ArchiveIndex.Member member : members) {
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
      throw failure(path, "has files below it, but is not a directory");
    }
  }

  private Node linked(ArchiveIndex.Member member) {
    return builder
        .tree()
        .find(member.link())
        .map(FileTree.Entry::node)
        .filter(node -> !(node instanceof Node.Directory))
        .orElseThrow(
            () -> failure(member.path(), "links to " + member.link() + ", which is not a file"));
  }

  private SystemFailure failure(String path, String what) {
    return new SystemFailure("\"" + path + "\" " + what, where, "");
  }
}
