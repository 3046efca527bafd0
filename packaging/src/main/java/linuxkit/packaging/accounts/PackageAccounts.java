package linuxkit.packaging.accounts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.yaml.Position;

/** Reads the users and groups that Debian packages declare in their files. */
public final class PackageAccounts {
  private static final String SYSUSERS = "usr/lib/sysusers.d";
  private static final String MASTERS = "usr/share/base-passwd";
  private static final int LARGEST = 1 << 20;

  private final FileTree tree;
  private final Map<String, String> owners;
  private final Predicate<String> dropped;

  private PackageAccounts(FileTree tree, Map<String, String> owners, Predicate<String> dropped) {
    this.tree = tree;
    this.owners = owners;
    this.dropped = dropped;
  }

  /**
   * Reads the lists of {@code base-passwd}, then {@code sysusers.d} in the order of the files'
   * names.
   *
   * @param tree all files of the packages
   * @param owners the package of each path
   * @param dropped selects the files not to read by path
   * @throws AccountFailure if a file is malformed
   */
  public static Requests read(
      FileTree tree, Map<String, String> owners, Predicate<String> dropped) {
    PackageAccounts files = new PackageAccounts(tree, owners, dropped);
    Requests all = files.masters();
    if (tree.find(SYSUSERS).isPresent()) {
      for (FileTree.Entry entry : tree.find(SYSUSERS).orElseThrow().children()) {
        String path = entry.path();
        if (path.endsWith(".conf")) {
          Optional<String> text = files.text(path);
          if (text.isPresent()) {
            all = all.and(SysusersReader.read(files.name(path), text.get()));
          }
        }
      }
    }
    return all;
  }

  private Requests masters() {
    String users = MASTERS + "/passwd.master";
    String groups = MASTERS + "/group.master";
    return text(users)
        .map(text -> MasterFiles.users(name(users), text))
        .orElse(Requests.NONE)
        .and(
            text(groups).map(text -> MasterFiles.groups(name(groups), text)).orElse(Requests.NONE));
  }

  private String name(String path) {
    return owners.getOrDefault(path, "") + ": /" + path;
  }

  private Optional<String> text(String path) {
    if (dropped.test(path)
        || !(tree.find(path).map(FileTree.Entry::node).orElse(null)
            instanceof Node.RegularFile file)) {
      return Optional.empty();
    }
    if (file.content().size() > LARGEST) {
      throw AccountFailure.malformed(
          "the file is larger than " + LARGEST + " bytes", new Position(name(path), 1, 1));
    }
    try (InputStream in = file.content().open()) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw FileFailure.of("cannot read", Path.of("/" + path), e);
    }
  }
}
