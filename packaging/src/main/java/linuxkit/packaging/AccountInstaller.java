package linuxkit.packaging;

import java.nio.charset.StandardCharsets;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.packaging.accounts.AccountFiles;
import linuxkit.packaging.accounts.Accounts;
import linuxkit.packaging.accounts.Requests;
import linuxkit.packaging.definition.BuildFile;

/** Puts the users and groups of a component and its packages into its tree. */
final class AccountInstaller {
  private AccountInstaller() {}

  /**
   * Adds the files with the users and groups, if there are any. What the component puts under
   * {@code files}, and what a package has there, is left alone unless the component asks for users
   * or groups.
   *
   * @param packages the requests of the packages
   */
  static void addTo(FileTree tree, BuildFile definition, Requests packages) {
    Requests own = definition.content().accounts();
    if (own.isEmpty() && (packages.isEmpty() || hasOthers(tree, definition))) {
      return;
    }
    for (AccountFiles.AccountFile file : AccountFiles.of(Accounts.of(own, packages))) {
      FileInstaller.makeParents(tree, file.path());
      tree.put(
          file.path(),
          new Node.RegularFile(
              Metadata.of(file.mode(), 0, file.gid(), ImageDocuments.TIME),
              Content.of(file.text().getBytes(StandardCharsets.UTF_8))),
          Origin.NONE);
    }
  }

  // All of them belong together, so one of somebody else's is enough.
  private static boolean hasOthers(FileTree tree, BuildFile definition) {
    return AccountFiles.PATHS.stream()
        .anyMatch(path -> tree.find(path).isPresent() || definition.content().hasFile(path));
  }
}
