package linuxkit.engine.lock.update;

import java.util.Optional;
import linuxkit.engine.lock.LockedComponent;
import linuxkit.engine.lock.LockedImage;

/**
 * A difference between a lock file and what it should be.
 *
 * @param name of an image or a component, as in the lock file
 * @param before empty if it is added
 * @param after empty if it is dropped
 */
public record LockChange(String name, Optional<State> before, Optional<State> after) {
  /** The number of digits that tell two digests apart. */
  private static final int DIGITS = 12;

  /**
   * The meaning of a name.
   *
   * @param hash a digest, or the hash of a folder; empty if it is unknown or does not matter
   * @param version what the image says of itself, or a package's version; may be empty
   */
  public record State(String hash, String version) {
    static State of(LockedImage image, String version) {
      return new State(image.root().digest().toString(), version);
    }

    static State of(LockedComponent component) {
      return new State("tree:" + component.tree(), "");
    }

    private String text() {
      if (hash.isEmpty()) {
        return version;
      }
      String end = hash.substring(0, Math.min(hash.length(), hash.indexOf(':') + 1 + DIGITS));
      return version.isEmpty() ? end : end + " (" + version + ")";
    }
  }

  /** Returns the change on one line: {@code + redis:7 sha256:0123…}. */
  public String line() {
    if (before.isEmpty()) {
      return ("+ " + name + " " + after.map(State::text).orElse("")).stripTrailing();
    }
    return after
        .map(now -> "~ " + name + " " + before.get().text() + " → " + now.text())
        .orElse("- " + name + " " + before.get().text())
        .stripTrailing();
  }
}
