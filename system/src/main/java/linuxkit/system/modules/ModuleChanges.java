package linuxkit.system.modules;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * The changes that a selection of modules makes in a version directory.
 *
 * @param removed paths of files below the directory
 * @param lists the new files, by their names in the directory
 */
public record ModuleChanges(List<String> removed, NavigableMap<String, byte[]> lists) {
  public ModuleChanges {
    removed = List.copyOf(removed);
    lists = Collections.unmodifiableNavigableMap(new TreeMap<>(lists));
  }

  /** Returns whether nothing changes. */
  public boolean isEmpty() {
    return removed.isEmpty() && lists.isEmpty();
  }

  /** Removes files, with the directories that become empty, and adds the lists. */
  public void apply(FileTree files, String directory) {
    Set<String> folders = new LinkedHashSet<>();
    for (String path : removed) {
      String gone = directory + "/" + path;
      files.remove(gone);
      folders.add(parent(gone));
    }
    for (String folder : folders) {
      for (String above = folder;
          !above.equals(directory) && isEmpty(files, above);
          above = parent(above)) {
        files.remove(above);
      }
    }
    FileTree.Entry root = files.find(directory).orElseThrow();
    // With the time of the directory itself.
    Metadata metadata = Metadata.of(0644, 0, 0, root.node().metadata().modified());
    lists.forEach(
        (name, bytes) ->
            files.put(
                directory + "/" + name,
                new Node.RegularFile(metadata, Content.of(bytes)),
                root.origin()));
  }

  /** Returns these changes for a tree that does not have the removed files. */
  public ModuleChanges withoutRemovals() {
    return new ModuleChanges(List.of(), lists);
  }

  private static boolean isEmpty(FileTree files, String path) {
    return files.find(path).map(entry -> entry.children().isEmpty()).orElse(false);
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  /** Reads what {@link #write} wrote. */
  public static ModuleChanges read(DataInputStream in) throws IOException {
    List<String> removed = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      removed.add(in.readUTF());
    }
    NavigableMap<String, byte[]> lists = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      lists.put(in.readUTF(), in.readNBytes(in.readInt()));
    }
    return new ModuleChanges(removed, lists);
  }

  /** Writes the changes. The stream stays open and is not flushed. */
  public void write(DataOutputStream out) throws IOException {
    out.writeInt(removed.size());
    for (String path : removed) {
      out.writeUTF(path);
    }
    out.writeInt(lists.size());
    for (var list : lists.entrySet()) {
      out.writeUTF(list.getKey());
      out.writeInt(list.getValue().length);
      out.write(list.getValue());
    }
  }
}
