package linuxkit.system.manifest;

import java.nio.file.Path;
import java.util.Optional;

/** One document of a manifest, as it was read. */
public final class ManifestSource {
  private final String name;
  private final byte[] bytes;
  private final Optional<Path> folder;

  /**
   * @param name the name in messages: the path, the URL, or {@code -}
   * @param bytes not copied, so they must not change
   * @param folder the folder that {@code @pkg:} paths are relative to; without one, as for standard
   *     input and URLs, such text stays unchanged
   */
  public ManifestSource(String name, byte[] bytes, Optional<Path> folder) {
    this.name = name;
    this.bytes = bytes;
    this.folder = folder;
  }

  String name() {
    return name;
  }

  byte[] bytes() {
    return bytes;
  }

  Optional<Path> folder() {
    return folder;
  }
}
