package linuxkit.packaging.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An entry of a tree object.
 *
 * @param mode as git writes it, without a leading zero: {@code 40000}, {@code 100644}, …
 */
record TreeEntry(String mode, String name, ObjectId id) {
  static final String DIRECTORY = "40000";
  static final String FILE = "100644";
  static final String EXECUTABLE = "100755";
  static final String SYMLINK = "120000";
  static final String SUBMODULE = "160000";

  static List<TreeEntry> parse(byte[] tree, Path repository) {
    List<TreeEntry> entries = new ArrayList<>();
    int at = 0;
    while (at < tree.length) {
      int space = indexOf(tree, ' ', at);
      int end = indexOf(tree, '\0', space + 1);
      if (space < 0 || end < space || end + ObjectId.LENGTH >= tree.length) {
        throw GitFailure.damaged(repository, "a truncated tree");
      }
      entries.add(
          new TreeEntry(
              new String(tree, at, space - at, StandardCharsets.ISO_8859_1),
              new String(tree, space + 1, end - space - 1, StandardCharsets.UTF_8),
              ObjectId.of(tree, end + 1)));
      at = end + 1 + ObjectId.LENGTH;
    }
    return entries;
  }

  static byte[] format(List<TreeEntry> entries) {
    List<TreeEntry> sorted = new ArrayList<>(entries);
    sorted.sort((a, b) -> Arrays.compareUnsigned(a.sortKey(), b.sortKey()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (TreeEntry entry : sorted) {
      out.writeBytes((entry.mode + " ").getBytes(StandardCharsets.ISO_8859_1));
      out.writeBytes(entry.name.getBytes(StandardCharsets.UTF_8));
      out.write(0);
      out.writeBytes(entry.id.bytes());
    }
    return out.toByteArray();
  }

  // git sorts a directory as if its name ended with a slash.
  private byte[] sortKey() {
    return (mode.equals(DIRECTORY) ? name + "/" : name).getBytes(StandardCharsets.UTF_8);
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = Math.max(from, 0); i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
