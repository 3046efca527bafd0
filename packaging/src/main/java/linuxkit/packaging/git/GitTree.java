package linuxkit.packaging.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Computes the tree that git makes of files. */
final class GitTree {
  private final SortedMap<String, TreeEntry> files = new TreeMap<>();

  /**
   * @param path with slashes
   */
  void put(String path, String mode, ObjectId id) {
    files.put(path, new TreeEntry(mode, path.substring(path.lastIndexOf('/') + 1), id));
  }

  ObjectId id() throws IOException {
    return id("", files);
  }

  private static ObjectId id(String prefix, SortedMap<String, TreeEntry> files) throws IOException {
    List<TreeEntry> entries = new ArrayList<>();
    SortedMap<String, SortedMap<String, TreeEntry>> folders = new TreeMap<>();
    for (Map.Entry<String, TreeEntry> file : files.entrySet()) {
      int slash = file.getKey().indexOf('/', prefix.length());
      if (slash < 0) {
        entries.add(file.getValue());
      } else {
        folders
            .computeIfAbsent(file.getKey().substring(0, slash), _ -> new TreeMap<>())
            .put(file.getKey(), file.getValue());
      }
    }
    for (Map.Entry<String, SortedMap<String, TreeEntry>> folder : folders.entrySet()) {
      entries.add(
          new TreeEntry(
              TreeEntry.DIRECTORY,
              folder.getKey().substring(prefix.length()),
              id(folder.getKey() + "/", folder.getValue())));
    }
    return ObjectDatabase.idOf("tree", TreeEntry.format(entries));
  }
}
