package linuxkit.system.manifest;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.Id;

/**
 * A file that the manifest itself defines.
 *
 * @param path without a slash at the start, cleaned: no {@code .}, {@code ..} or empty names
 * @param optional whether a source that does not exist is left out
 * @param mode permissions, if given
 * @param place the path in its manifest file, such as {@code files.0}
 * @param node as written there
 */
public record FileEntry(
    String path,
    Kind kind,
    boolean optional,
    Optional<Integer> mode,
    Optional<Id> uid,
    Optional<Id> gid,
    String place,
    YamlNode.Mapping node) {

  /** The type of a file, and the source of its content. */
  public sealed interface Kind {}

  public record Directory() implements Kind {}

  public record Symlink(String target) implements Kind {}

  public record Contents(String text) implements Kind {}

  /**
   * @param file a path on the host: absolute, below {@code ~/}, or relative to the working
   *     directory
   */
  public record Source(String file) implements Kind {
    /**
     * Returns the path on this machine.
     *
     * @throws java.nio.file.InvalidPathException if the text is not a path
     */
    public Path path(Path workingDirectory, Path home) {
      return file.startsWith("~/")
          ? home.resolve(file.substring(2))
          : workingDirectory.resolve(file);
    }
  }

  /** The merged manifest with the canonical names of its images. */
  public record Metadata(Format format) implements Kind {
    public enum Format {
      YAML,
      JSON
    }
  }

  /** Returns the position of the whole entry. */
  public Position position() {
    return node.position();
  }

  /** Returns the permissions as given, by default 0600, or 0700 for a directory. */
  public int permissions() {
    return mode.orElse(kind instanceof Directory ? 0700 : 0600);
  }

  /**
   * Returns the permissions of new parents: those of the file, with the right to enter for everyone
   * who has any right.
   */
  public int parentPermissions() {
    int mode = permissions();
    for (int shift = 0; shift <= 6; shift += 3) {
      if ((mode >> shift & 7) != 0) {
        mode |= 1 << shift;
      }
    }
    return mode;
  }
}
