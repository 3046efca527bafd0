package linuxkit.oci.layer;

import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Applies layers to a tree, lowest first (OCI image specification, layer.md, "Applying
 * Changesets").
 *
 * <p>A layer's whiteouts are applied before its files, whatever their order in the archive, because
 * they affect lower layers only. Symbolic links on a file's path are followed within the image, as
 * container runtimes do: on Debian, files of a layer in {@code lib/} go to {@code usr/lib} because
 * {@code lib} is a link to it.
 */
public final class Flattening {
  private final FileTree tree = new FileTree(TreePaths.IMPLICIT);

  /** Returns the tree of the layers applied so far. It changes with the next one. */
  public FileTree tree() {
    return tree;
  }

  /**
   * Applies the next layer.
   *
   * @param source the image, for the origin of the files and for failures
   * @throws LayerFailure if an entry of the layer cannot be applied
   */
  public void apply(Layer layer, String source) {
    Origin origin = new Origin("", source, layer.digest().toString());
    TreePaths paths = new TreePaths(tree, origin, source + ", layer " + layer.digest());
    if (layer.index().hides()) {
      LayerIndexReader hiding = layer.index().reader();
      while (hiding.next()) {
        if (!hiding.isFile()) {
          hide(hiding.entry(), paths);
        }
      }
    }
    LayerIndexReader entries = layer.index().reader();
    while (entries.next()) {
      if (entries.isFile()) {
        Content content = new IndexedContent(layer, entries.position(), entries.isSparse());
        Node node = new Node.RegularFile(entries.fileMetadata(), content);
        tree.put(paths.create(entries.path()), node, origin);
      } else if (entries.entry() instanceof LayerEntry.Plain plain) {
        tree.put(paths.create(plain.path()), plain.node(), origin);
      } else if (entries.entry() instanceof LayerEntry.HardLink link) {
        link(link, paths, origin);
      }
    }
  }

  private void hide(LayerEntry entry, TreePaths paths) {
    if (entry instanceof LayerEntry.Whiteout) {
      paths.existing(entry.path(), entry.path()).ifPresent(tree::remove);
    } else if (entry instanceof LayerEntry.Opaque) {
      paths.existing(entry.path(), entry.path()).ifPresent(this::clear);
    }
  }

  private void clear(String directory) {
    tree.find(directory)
        .ifPresent(entry -> List.copyOf(entry.children()).forEach(c -> tree.remove(c.path())));
  }

  private void link(LayerEntry.HardLink link, TreePaths paths, Origin origin) {
    String path = paths.create(link.path());
    String target =
        paths
            .existing(link.path(), link.target())
            .orElseThrow(
                () ->
                    paths.failure(
                        link.path(),
                        "the target " + quoted(link) + " of the hard link is missing"));
    if (target.equals(path)) {
      throw paths.failure(link.path(), "the hard link refers to itself");
    }
    Node node = tree.find(target).orElseThrow().node();
    if (node instanceof Node.Directory) {
      throw paths.failure(
          link.path(), "the target " + quoted(link) + " of the hard link is a directory");
    }
    tree.put(path, node, origin);
  }

  private static String quoted(LayerEntry.HardLink link) {
    return "\"" + link.target() + "\"";
  }
}
