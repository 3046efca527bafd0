package linuxkit.oci.layer;

import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Lays layers over each other, the lowest first (OCI image specification, layer.md, "Applying
 * Changesets").
 *
 * <p>A layer's whiteouts take effect before its files, wherever they stand in it: they are about
 * lower layers only. A file below a symbolic link lands where the link leads within the image, as
 * it does when a container runtime unpacks the image: on Debian, a layer with files in {@code lib/}
 * means {@code usr/lib}, to which {@code lib} is a link.
 */
public final class Flattening {
  private final FileTree tree = new FileTree(TreePaths.IMPLICIT);

  /** The layers so far. */
  public FileTree tree() {
    return tree;
  }

  /**
   * @param source the image, for the origin of the files and for failures
   * @throws LayerFailure when the layer asks for the impossible
   */
  public void apply(Layer layer, String source) {
    Origin origin = new Origin("", source, layer.digest().toString());
    TreePaths paths = new TreePaths(tree, origin, source + ", layer " + layer.digest());
    for (LayerEntry entry : layer.entries()) {
      hide(entry, paths);
    }
    for (LayerEntry entry : layer.entries()) {
      switch (entry) {
        case LayerEntry.Plain plain -> tree.put(paths.create(plain), plain.node(), origin);
        case LayerEntry.File file ->
            tree.put(
                paths.create(file),
                new Node.RegularFile(file.metadata(), layer.content(file)),
                origin);
        case LayerEntry.HardLink link -> link(link, paths, origin);
        case LayerEntry.Whiteout _, LayerEntry.Opaque _ -> {}
      }
    }
  }

  private void hide(LayerEntry entry, TreePaths paths) {
    if (entry instanceof LayerEntry.Whiteout) {
      paths.existing(entry, entry.path()).ifPresent(tree::remove);
    } else if (entry instanceof LayerEntry.Opaque) {
      paths.existing(entry, entry.path()).ifPresent(this::clear);
    }
  }

  private void clear(String directory) {
    tree.find(directory)
        .ifPresent(entry -> List.copyOf(entry.children()).forEach(c -> tree.remove(c.path())));
  }

  private void link(LayerEntry.HardLink link, TreePaths paths, Origin origin) {
    String path = paths.create(link);
    String target =
        paths
            .existing(link, link.target())
            .orElseThrow(
                () -> paths.failure(link, "it links to " + quoted(link) + ", which is not there"));
    if (target.equals(path)) {
      throw paths.failure(link, "it links to itself");
    }
    Node node = tree.find(target).orElseThrow().node();
    if (node instanceof Node.Directory) {
      throw paths.failure(link, "it links to " + quoted(link) + ", which is a directory");
    }
    tree.put(path, node, origin);
  }

  private static String quoted(LayerEntry.HardLink link) {
    return "\"" + link.target() + "\"";
  }
}
