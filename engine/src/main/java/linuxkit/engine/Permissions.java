package linuxkit.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * Permissions of the manifests and images of others.
 *
 * @param sources folders of this machine that manifests from addresses may take files from
 * @param labels whether the labels of images may give rights to their containers
 */
public record Permissions(List<Path> sources, boolean labels) {
  /** No files of this machine for manifests from addresses; labels count, as in LinuxKit. */
  public static final Permissions DEFAULT = new Permissions(List.of(), true);

  public Permissions {
    sources = List.copyOf(sources);
  }
}
