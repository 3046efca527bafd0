package linuxkit.system.assembly;

import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.SystemFailure;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.sbom.Sbom;
import linuxkit.system.sbom.SbomOptions;
import linuxkit.system.tree.TreeBuilder;

/** Adds the bills of materials, which come last so that nothing replaces them. */
final class SbomStep {
  // Without a location, so that an archive's records of where files come from leave it out.
  private static final Origin ORIGIN = new Origin("", "linuxkit.sbom", "");

  private final TreeBuilder builder;
  private final Progress progress;

  SbomStep(TreeBuilder builder, Progress progress) {
    this.builder = builder;
    this.progress = progress;
  }

  void add(List<ImagePart> parts, SbomOptions options) {
    Sbom.write(parts, options, progress)
        .forEach(
            (path, document) -> {
              makeParents(path);
              builder
                  .tree()
                  .find(path)
                  .filter(there -> !there.children().isEmpty())
                  .ifPresent(there -> refuse(path, there));
              builder.file(path, 0644, document, ORIGIN);
            });
  }

  private void makeParents(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      Optional<FileTree.Entry> there = builder.tree().find(parent);
      if (there.isEmpty()) {
        builder.directory(parent, ORIGIN);
      } else if (!(there.get().node() instanceof Node.Directory)) {
        refuse(path, there.get());
      }
    }
  }

  private static void refuse(String path, FileTree.Entry there) {
    throw new SystemFailure(
        "cannot create the bill of materials /%s: /%s is %s in %s"
            .formatted(
                path,
                there.path(),
                TreeBuilder.describe(there.node()),
                TreeBuilder.from(there.origin())),
        "",
        "choose another path with --sbom-output");
  }
}
