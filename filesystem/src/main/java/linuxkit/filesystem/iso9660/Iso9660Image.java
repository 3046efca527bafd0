package linuxkit.filesystem.iso9660;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;

/**
 * An ISO 9660 volume with Rock Ridge and Joliet, planned before any of it is written. Immutable.
 *
 * <p>Linux finds in it what was in the tree, names and targets byte for byte, but for extended
 * attributes, which nothing in the format holds: see {@link #withoutXattrs}. Times are those of the
 * years 1900 to 2155; others become the nearest (Linux 6.1 reads them in 32 bits, up to 2038).
 * Names that hold the same node share a serial number (RRIP's PX); contents that are equal are
 * stored once. Files of 4 GiB and more take several sections (level 3). Joliet has neither links
 * nor devices, and shows long names shortened.
 *
 * <p>The first 32 KiB stay zero for a partition table and its loader. Where files and boot images
 * lie depends on the options and the tree, never on what is in the boot images.
 */
public final class Iso9660Image {
  private final FileTree tree;
  private final IsoLayout layout;
  private final SparseImage image;

  private Iso9660Image(FileTree tree, IsoLayout layout) {
    this.tree = tree;
    this.layout = layout;
    this.image = layout.image();
  }

  /**
   * Plans a volume that holds a tree, which must not change until the last image is written.
   *
   * @throws IsoFailure when the tree holds what Linux would not read back (names of more than 253
   *     bytes, targets of more than 4095, files of more than 400 GiB, more than 65,535
   *     directories), or lacks a file that is to be started
   */
  public static Iso9660Image of(FileTree tree, IsoOptions options) {
    tree.walk(RockRidge::check);
    return new Iso9660Image(tree, new IsoLayout(tree, options));
  }

  public SparseImage image() {
    return image;
  }

  /**
   * Where the bytes of a regular file lie, from the beginning of a sector of 2048 bytes on; empty
   * when it has none, or there is no such file.
   */
  public Optional<Extent> extent(String path) {
    return layout.extent(path);
  }

  /** Where the boot images lie, in the order of the options. */
  public List<Extent> bootExtents() {
    return layout.bootExtents();
  }

  /**
   * The paths, in byte order, whose extended attributes were left out: file capabilities and
   * security labels among them will be missing in the running system.
   */
  public List<String> withoutXattrs() {
    List<String> paths = new ArrayList<>();
    tree.walk(
        entry -> {
          if (!entry.node().metadata().xattrs().isEmpty()) {
            paths.add(entry.path());
          }
        });
    return paths;
  }
}
