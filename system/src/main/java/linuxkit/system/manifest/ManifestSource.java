package linuxkit.system.manifest;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.yaml.Position;

/** One document of a manifest, as it was read. */
public final class ManifestSource {
  private final Position start;
  private final byte[] bytes;
  private final Optional<Path> folder;

  /**
   * @param name the name in messages: the path, the URL, or {@code -}
   * @param bytes not copied, so they must not change
   * @param folder the folder that {@code @pkg:} paths are relative to; without one, as for standard
   *     input and URLs, such text stays unchanged
   */
  public ManifestSource(String name, byte[] bytes, Optional<Path> folder) {
    this(new Position(name, 1, 1), bytes, folder);
  }

  /**
   * @param start what messages call it, and whether they may quote it
   * @param bytes not copied; they must not change any more
   * @param folder as above
   */
  public ManifestSource(Position start, byte[] bytes, Optional<Path> folder) {
    this.start = start;
    this.bytes = bytes;
    this.folder = folder;
  }

  Position start() {
    return start;
  }

  byte[] bytes() {
    return bytes;
  }

  Optional<Path> folder() {
    return folder;
  }
}
