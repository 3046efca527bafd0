package linuxkit.filesystem.fat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * Assigns clusters: first to directories, then to files, both in the order of the tree; each is
 * contiguous.
 */
final class Layout {
  private final VolumeEntry root;
  private final List<VolumeEntry> order = new ArrayList<>();

  /**
   * @param labelled whether the root directory contains a label
   * @throws FatFailure if a FAT volume cannot hold the tree
   */
  Layout(FileTree tree, boolean labelled) {
    this.root = VolumeEntry.root(tree.root(), labelled);
    List<VolumeEntry> files = new ArrayList<>();
    gather(root, files);
    order.addAll(files);
  }

  private void gather(VolumeEntry directory, List<VolumeEntry> files) {
    order.add(directory);
    for (VolumeEntry child : directory.children()) {
      if (child.isDirectory()) {
        gather(child, files);
      } else {
        files.add(child);
      }
    }
  }

  VolumeEntry root() {
    return root;
  }

  List<VolumeEntry> order() {
    return order;
  }

  /** Returns the number of entries of the root directory. */
  int rootEntries() {
    return root.directoryEntries();
  }

  /**
   * Returns the size of a file or directory in bytes; 0 for the root of FAT12 and FAT16, which does
   * not lie in clusters.
   */
  private long bytes(VolumeEntry entry, FatType type) {
    if (entry.node() instanceof Node.RegularFile file) {
      return file.content().size();
    }
    if (entry.isRoot()) {
      // Even an empty directory has a cluster.
      return type == FatType.FAT32 ? Math.max(rootEntries(), 1) * DirectoryEntries.ENTRY : 0;
    }
    return (long) entry.directoryEntries() * DirectoryEntries.ENTRY;
  }

  private long clusters(VolumeEntry entry, FatType type, int clusterBytes) {
    return Math.ceilDiv(bytes(entry, type), (long) clusterBytes);
  }

  /** Returns the number of clusters of all files and directories. */
  long clusters(FatType type, int clusterBytes) {
    long clusters = 0;
    for (VolumeEntry entry : order) {
      clusters += clusters(entry, type, clusterBytes);
    }
    return clusters;
  }

  /**
   * Assigns clusters to each file and directory. Returns the number of clusters of each, in order.
   */
  long[] allocate(Geometry geometry) {
    long[] runs = new long[order.size()];
    int count = 0;
    long next = 2;
    for (VolumeEntry entry : order) {
      long clusters = clusters(entry, geometry.type(), geometry.clusterBytes());
      if (clusters > 0) {
        entry.lieAt(next);
        next += clusters;
        runs[count++] = clusters;
      }
    }
    return Arrays.copyOf(runs, count);
  }

  /** Returns the regular files by path. */
  Map<String, VolumeEntry> files() {
    Map<String, VolumeEntry> files = new HashMap<>();
    for (VolumeEntry entry : order) {
      if (!entry.isDirectory()) {
        files.put(entry.entry().path(), entry);
      }
    }
    return files;
  }
}
