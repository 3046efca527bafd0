package linuxkit.filesystem.iso9660;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;

/**
 * An ISO 9660 volume with Rock Ridge and Joliet that is planned before any of it is written.
 * Immutable.
 *
 * <p>Linux reads back the whole tree, names and targets byte for byte, except extended attributes,
 * which the format cannot hold: see {@link #withoutXattrs}. Times outside the years 1900 to 2155
 * become the nearest inside (Linux 6.1 reads times in 32 bits, up to 2038). Names of the same node
 * share a serial number (PX of RRIP); equal contents are stored once. Files of 4 GiB and more take
 * several sections (level 3). Joliet has neither links nor devices, and shortens long names.
 *
 * <p>The first 32 KiB stay zero for a partition table and its loader. The positions of files and
 * boot images depend on the options and the tree, but not on the content of boot images.
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
   * Plans a volume for a tree, which must not change until the last image is written.
   *
   * @throws IsoFailure if Linux could not read the tree back (names of more than 253 bytes, targets
   *     of more than 4095, files of more than 400 GiB, more than 65,535 directories), or a boot
   *     image is missing
   */
  public static Iso9660Image of(FileTree tree, IsoOptions options) {
    tree.walk(RockRidge::check);
    return new Iso9660Image(tree, new IsoLayout(tree, options));
  }

  public SparseImage image() {
    return image;
  }

  /**
   * Returns the extent of a regular file, which begins at a sector of 2048 bytes. Empty if the file
   * is empty or missing.
   */
  public Optional<Extent> extent(String path) {
    return layout.extent(path);
  }

  /** Returns the extents of the boot images, in the order of the options. */
  public List<Extent> bootExtents() {
    return layout.bootExtents();
  }

  /**
   * Returns the paths whose extended attributes were left out, in byte order. Their file
   * capabilities and security labels will be missing in the running system.
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
