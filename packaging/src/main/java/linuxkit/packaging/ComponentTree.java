package linuxkit.packaging;

import java.util.List;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.oci.Platform;
import linuxkit.packaging.debian.MergedUsr;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.packaging.files.PathPattern;
import linuxkit.packaging.programs.ProgramCheck;

/** Puts the files of a component's image for one platform together. */
final class ComponentTree {
  private ComponentTree() {}

  /** Returns the metadata of a file that no package has. */
  static Metadata metadata(int permissions) {
    return Metadata.of(permissions, 0, 0, ImageDocuments.TIME);
  }

  /**
   * Collects the content of all sources that the component uses, and links {@code /bin} and its
   * like into {@code /usr}. Warns of programs that cannot start.
   */
  static FileTree of(
      PackageFolder folder,
      Platform platform,
      List<ComponentSource> sources,
      TemporaryStorage storage,
      Progress progress) {
    FileTree tree = new FileTree(metadata(0755));
    for (ComponentSource source : sources) {
      if (source.isUsedBy(folder)) {
        tree = source.addTo(tree, folder, platform, storage);
      }
    }
    MergedUsr.addLinks(tree, metadata(0777));
    List<PathPattern> drop =
        folder.definition().content().debian().map(BuildFile.DebianContent::drop).orElse(List.of());
    for (FileTree.Entry entry : List.copyOf(tree.root().children())) {
      if (MergedUsr.isLink(entry.path()) && drop.stream().anyMatch(p -> p.matches(entry.path()))) {
        tree.remove(entry.path());
      }
    }
    if (!folder.definition().content().kernel()) {
      String architecture = platform.architecture();
      String where = folder.buildFile() + ": for " + architecture;
      new ProgramCheck(tree, architecture).run().forEach(lack -> progress.warn(where + lack));
    }
    return tree;
  }
}
