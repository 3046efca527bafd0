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
 * A folder on disk compared with its state in a repository.
 *
 * @param tree the id of the git tree of the folder's files, without ignored files that git does not
 *     track
 * @param head the id of the folder's tree in HEAD; empty outside a repository, or if HEAD does not
 *     have the folder
 * @param isDirty whether git says that something differs from HEAD, in the work tree or the index
 * @param files the regular files: first those that git tracks, then the others, each in byte order
 *     of the paths
 */
public record FolderState(
    ObjectId tree, Optional<ObjectId> head, boolean isDirty, List<Path> files) {
  public FolderState {
    files = List.copyOf(files);
  }

  /**
   * Returns the SHA-256 of the concatenated contents of the files, in 64 hexadecimal digits.
   *
   * @throws linuxkit.base.Failure if a file cannot be read
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
   * Returns whether git stores a file as executable, which is the case if its owner may execute it.
   * The rights of this process's user and the mount options do not matter.
   *
   * @throws IOException if the file's attributes cannot be read
   */
  public static boolean isExecutable(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view != null
        && view.readAttributes().permissions().contains(PosixFilePermission.OWNER_EXECUTE);
  }

  /**
   * Examines a folder in a repository's work tree as git does: by the index, the settings, the
   * attributes and the patterns to ignore. No program is run, so that a file under a filter other
   * than that of Git LFS is only compared by the index.
   *
   * @param head the id of the folder's tree in HEAD; empty if HEAD does not have it
   * @throws linuxkit.base.Failure if a file cannot be read
   */
  public static FolderState of(GitRepository repository, Path folder, Optional<ObjectId> head) {
    try {
      String path = String.join("/", repository.namesBelow(folder));
      WorkingTree tree = new WorkingTree(repository, path);
      tree.compare(path, head);
      tree.findOthers(path);
      return new FolderState(tree.tree(), head, head.isPresent() && tree.isDirty(), tree.files());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the folder", folder, e);
    }
  }

  /**
   * Examines a folder outside any repository; {@code .gitignore} files in it apply.
   *
   * @throws linuxkit.base.Failure if a file cannot be read
   */
  public static FolderState outsideGit(Path folder) {
    try {
      PlainFolder plain = new PlainFolder();
      plain.scan(folder);
      return new FolderState(plain.tree(), Optional.empty(), false, plain.files());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the folder", folder, e);
    }
  }
}
