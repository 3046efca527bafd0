package linuxkit.filesystem.fat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.UniqueNames;
import org.jspecify.annotations.Nullable;

/** A directory or regular file of the tree with its names on the volume. */
final class VolumeEntry {
  /** Entries of a directory are counted in 16 bits. */
  private static final int MAX_ENTRIES = 1 << 16;

  /** The entries for the directory itself and its parent. */
  private static final int DOTS = 2;

  private static final long MAX_SIZE = 0xffff_ffffL;

  private final FileTree.Entry entry;
  private final @Nullable VolumeEntry parent;
  private final String shortName;

  /** The number of entries that do not stand for files. */
  private final int others;

  private final List<VolumeEntry> children = new ArrayList<>();
  private long cluster;

  private VolumeEntry(
      FileTree.Entry entry, @Nullable VolumeEntry parent, String shortName, int others) {
    this.entry = entry;
    this.parent = parent;
    this.shortName = shortName;
    this.others = others;
  }

  /**
   * Returns the root with everything below it.
   *
   * @param labelled whether it contains a label
   * @throws FatFailure if a FAT volume cannot hold one of the files
   */
  static VolumeEntry root(FileTree.Entry entry, boolean labelled) {
    VolumeEntry root = new VolumeEntry(entry, null, "", labelled ? 1 : 0);
    root.fill();
    return root;
  }

  private void fill() {
    UniqueNames taken = takeNames();
    for (FileTree.Entry child : entry.children()) {
      String name = child.name();
      String shortName = DosName.exact(name).orElseGet(() -> make(name, taken));
      VolumeEntry filled = new VolumeEntry(child, this, shortName, DOTS);
      children.add(filled);
      switch (child.node()) {
        case Node.Directory _ -> filled.fill();
        case Node.RegularFile file -> {
          if (file.content().size() > MAX_SIZE) {
            throw new FatFailure(
                "the file has 4 GiB or more, which FAT cannot hold",
                child.path(),
                "use a format without FAT, or make the file smaller");
          }
        }
        case Node.Symlink _ -> throw unknown("a symbolic link", child);
        case Node.Device _ -> throw unknown("a device", child);
        case Node.Fifo _ -> throw unknown("a FIFO", child);
      }
    }
    if (directoryEntries() > MAX_ENTRIES) {
      throw new FatFailure(
          "the directory needs more than " + MAX_ENTRIES + " entries, the limit of FAT",
          entry.path(),
          "split it into several directories, or use shorter names");
    }
  }

  private static FatFailure unknown(String what, FileTree.Entry entry) {
    return new FatFailure("FAT cannot hold " + what, entry.path(), "remove it");
  }

  /** Takes names that are valid short names first, so that generated ones avoid them. */
  private UniqueNames takeNames() {
    UniqueNames taken = new UniqueNames("~");
    Set<String> folded = new HashSet<>();
    for (FileTree.Entry child : entry.children()) {
      LongName.check(child.name(), child.path());
      if (!folded.add(LongName.folded(child.name()))) {
        throw new FatFailure(
            "another name in this directory differs only in case, which FAT does not distinguish",
            child.path(),
            "rename one of them");
      }
      DosName.exact(child.name()).ifPresent(name -> taken.take(DosName.unpadded(name)));
    }
    return taken;
  }

  private static String make(String name, UniqueNames taken) {
    String extension = DosName.extension(name);
    String suffix = extension.isEmpty() ? "" : "." + extension;
    String made = taken.number(DosName.stem(name), suffix, DosName.STEM);
    return DosName.pad(made.substring(0, made.length() - suffix.length()), extension);
  }

  FileTree.Entry entry() {
    return entry;
  }

  Node node() {
    return entry.node();
  }

  boolean isDirectory() {
    return node() instanceof Node.Directory;
  }

  boolean isRoot() {
    return parent == null;
  }

  /** Returns the short name, padded and without a dot; see {@link DosName}. */
  String shortName() {
    return shortName;
  }

  /** Returns whether the entry needs a long name besides its short name. */
  boolean hasLongName() {
    return !DosName.unpadded(shortName).equals(entry.name());
  }

  List<VolumeEntry> children() {
    return children;
  }

  /** Returns the number of entries of a directory. */
  int directoryEntries() {
    int count = others;
    for (VolumeEntry child : children) {
      count += 1 + (child.hasLongName() ? LongName.entries(child.entry.name()) : 0);
    }
    return count;
  }

  /** Returns the first cluster; 0 for an empty file and for the root of FAT12 and FAT16. */
  long cluster() {
    return cluster;
  }

  void lieAt(long first) {
    cluster = first;
  }

  /** Returns the cluster for {@code ..}; 0 stands for the root, even in FAT32. */
  long parentCluster() {
    return parent == null || parent.isRoot() ? 0 : parent.cluster;
  }
}
