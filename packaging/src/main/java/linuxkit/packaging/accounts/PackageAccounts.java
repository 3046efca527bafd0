package linuxkit.packaging.accounts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.yaml.Position;

/**
 * The files in which Debian packages declare users and groups: the lists of {@code base-passwd},
 * and those of {@code sysusers.d}.
 */
public final class PackageAccounts {
  private static final String SYSUSERS = "usr/lib/sysusers.d";
  private static final String MASTERS = "usr/share/base-passwd";
  private static final int LARGEST = 1 << 20;

  /**
   * A file.
   *
   * @param name for messages
   * @param reader reads requests from a name and a text
   */
  private record Declarations(
      String pack, String name, String text, BiFunction<String, String, Requests> reader) {}

  private final List<Declarations> files = new ArrayList<>();

  /**
   * Finds the files.
   *
   * @param tree all files of the packages; may be changed afterwards
   * @param owners the package of each path
   * @param dropped selects the files not to read by path
   */
  public PackageAccounts(FileTree tree, Map<String, String> owners, Predicate<String> dropped) {
    add(tree, MASTERS + "/passwd.master", MasterFiles::users, owners, dropped);
    add(tree, MASTERS + "/group.master", MasterFiles::groups, owners, dropped);
    if (tree.find(SYSUSERS).isPresent()) {
      for (FileTree.Entry entry : tree.find(SYSUSERS).orElseThrow().children()) {
        if (entry.path().endsWith(".conf")) {
          add(tree, entry.path(), SysusersReader::read, owners, dropped);
        }
      }
    }
  }

  private void add(
      FileTree tree,
      String path,
      BiFunction<String, String, Requests> reader,
      Map<String, String> owners,
      Predicate<String> dropped) {
    if (dropped.test(path)
        || !(tree.find(path).map(FileTree.Entry::node).orElse(null)
            instanceof Node.RegularFile file)) {
      return;
    }
    String pack = owners.getOrDefault(path, "");
    String name = pack + ": /" + path;
    if (file.content().size() > LARGEST) {
      throw AccountFailure.malformed(
          "the file is larger than " + LARGEST + " bytes", new Position(name, 1, 1));
    }
    try (InputStream in = file.content().open()) {
      files.add(
          new Declarations(
              pack, name, new String(in.readAllBytes(), StandardCharsets.UTF_8), reader));
    } catch (IOException e) {
      throw FileFailure.of("cannot read", Path.of("/" + path), e);
    }
  }

  /**
   * Returns what packages ask for: the lists of {@code base-passwd} first, then {@code sysusers.d}
   * in the order of the files' names.
   *
   * @param packages selects the packages by name
   * @throws AccountFailure if one of their files is malformed
   */
  public Requests of(Predicate<String> packages) {
    Requests all = Requests.NONE;
    for (Declarations file : files) {
      if (packages.test(file.pack())) {
        all = all.and(file.reader().apply(file.name(), file.text()));
      }
    }
    return all;
  }
}
