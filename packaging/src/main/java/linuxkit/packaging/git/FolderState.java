package linuxkit.packaging.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Sha256;

/**
 * A folder as it lies on disk, against what a repository has of it.
 *
 * @param tree the id of the git tree that the folder's files make: all but ignored ones that HEAD
 *     does not have
 * @param head the id of the folder's tree in HEAD; empty outside a repository or when HEAD does not
 *     have the folder
 * @param files the regular files: those that HEAD has first, each group in the order of the paths'
 *     bytes
 */
public record FolderState(ObjectId tree, Optional<ObjectId> head, List<Path> files) {
  public FolderState {
    files = List.copyOf(files);
  }

  /**
   * SHA-256 over the contents of the files one after another, in 64 hexadecimal digits.
   *
   * @throws linuxkit.base.Failure when one cannot be read
   */
  public String contentHash() {
    MessageDigest sha256 = Sha256.digest();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
      } catch (IOException e) {
        throw FileFailure.of("cannot read", file, e);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /**
   * Whether git keeps a file as one that is executed: its owner may do so. What the user of this
   * process may do, and on the file system that the file is on, has no influence.
   *
   * @throws IOException when it cannot be read
   */
  public static boolean isExecutable(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view != null
        && view.readAttributes().permissions().contains(PosixFilePermission.OWNER_EXECUTE);
  }

  /** Whether anything in the folder differs from HEAD. */
  public boolean isDirty() {
    return head.isPresent() && !head.get().equals(tree);
  }

  /**
   * Looks at a folder of a repository's work tree.
   *
   * <p>Only files' bytes count, not what attributes such as {@code eol} or {@code filter} would
   * make of them: a work tree that they change is dirty.
   *
   * @param head the id of the folder's tree in HEAD; empty when HEAD does not have it
   * @throws linuxkit.base.Failure when something cannot be read
   */
  public static FolderState of(GitRepository repository, Path folder, Optional<ObjectId> head) {
    try {
      List<String> names = repository.namesBelow(folder);
      IgnoreRules rules = IgnoreRules.none().with(repository.excludeFile(), "");
      Path at = repository.workTree();
      String path = "";
      for (String name : names) {
        rules = rules.with(at.resolve(".gitignore"), path);
        at = at.resolve(name);
        path = path.isEmpty() ? name : path + "/" + name;
      }
      WorkingTree tree = new WorkingTree(Optional.of(repository));
      ObjectId id = tree.scan(at, path, head, rules);
      return new FolderState(id, head, tree.files());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the folder", folder, e);
    }
  }

  /**
   * Looks at a folder that lies in no repository: its own {@code .gitignore} files count.
   *
   * @throws linuxkit.base.Failure when something cannot be read
   */
  public static FolderState outsideGit(Path folder) {
    try {
      WorkingTree tree = new WorkingTree(Optional.empty());
      ObjectId id = tree.scan(folder, "", Optional.empty(), IgnoreRules.none());
      return new FolderState(id, Optional.empty(), tree.files());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the folder", folder, e);
    }
  }
}
