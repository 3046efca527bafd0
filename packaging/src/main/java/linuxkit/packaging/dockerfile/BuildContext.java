package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import linuxkit.base.FileFailure;

/**
 * The files that a Dockerfile is built from. A copy of the component's folder is needed only if
 * something else goes into it: the folder itself is never written to.
 */
public final class BuildContext {
  private static final int MAX_DEPTH = 100;

  private final Path folder;
  private final Path copy;
  private boolean copied;

  /**
   * Creates a context that is the component's folder.
   *
   * @param copy created if a copy is needed; the caller removes it
   */
  public BuildContext(Path folder, Path copy) {
    this.folder = folder;
    this.copy = copy;
  }

  /** Returns the directory to build from. It has no {@code .git}, which is not part of a tag. */
  public Path path() {
    if (Files.exists(folder.resolve(".git"))) {
      copyFolder();
    }
    return copied ? copy : folder.toAbsolutePath().normalize();
  }

  /**
   * Adds a copy of a folder.
   *
   * @param destination within the context; leading slashes do not matter
   */
  public void add(Path source, String destination) {
    Path to = inside(destination);
    try {
      Files.createDirectories(to);
      copyAll(source.toRealPath(), to, 0);
    } catch (IOException e) {
      throw FileFailure.of("cannot copy the extra source", source, e);
    }
  }

  /** Returns a place for a file to add. Its directory is created. */
  public Path file(String path) {
    Path file = inside(path);
    try {
      Files.createDirectories(file.resolveSibling(""));
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot write to the context", file, e);
    }
    return file;
  }

  /** Returns the path of a directory of the context, emptied. */
  public Path emptyDirectory(String path) {
    Path directory = inside(path);
    try {
      delete(directory);
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw FileFailure.of("cannot write to the context", directory, e);
    }
  }

  private Path inside(String path) {
    copyFolder();
    Path inside = copy.resolve(path.replaceFirst("^/+", "")).normalize();
    if (!inside.startsWith(copy)) {
      throw DockerfileFailure.outside(folder, "a destination in the context", path);
    }
    // The folder may have a link there, which must not lead out of the copy.
    for (Path at = inside; !at.equals(copy); at = at.resolve("..").normalize()) {
      if (Files.isSymbolicLink(at)) {
        throw DockerfileFailure.outside(folder, "a destination in the context", path);
      }
    }
    return inside;
  }

  private void copyFolder() {
    if (!copied) {
      try {
        Files.createDirectories(copy);
        copyAll(folder.toRealPath(), copy, 0);
        copied = true;
      } catch (IOException e) {
        throw FileFailure.of("cannot copy the component's folder", folder, e);
      }
    }
  }

  private static void copyAll(Path from, Path to, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw DockerfileFailure.context(from, "directories are nested more than 100 deep");
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
      for (Path child : children) {
        Path target = to.resolve(child.getFileName());
        if (depth == 0 && child.endsWith(".git")) {
          continue;
        }
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(
                child, target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
          }
          copyAll(child, target, depth + 1);
        } else if (Files.isSymbolicLink(child) || Files.isRegularFile(child)) {
          Files.copy(
              child,
              target,
              StandardCopyOption.COPY_ATTRIBUTES,
              StandardCopyOption.REPLACE_EXISTING,
              LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
  }

  /** Deletes a file, or a directory with all that is in it. Links are not followed. */
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          delete(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
