package linuxkit.engine.lock.update;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import linuxkit.base.Nearest;
import linuxkit.engine.RequestFailure;

/**
 * The images and components that get what their references mean now.
 *
 * @param all whether these are all of them
 * @param names images as written in a manifest or expanded, with or without their tag, and
 *     components as {@code @pkg:FOLDER}, with the folder as in the lock file
 */
public record Selection(boolean all, List<String> names) {
  /** Everything stays as it is locked. */
  public static final Selection NONE = new Selection(false, List.of());

  /** Everything is locked again. */
  public static final Selection ALL = new Selection(true, List.of());

  public Selection {
    names = List.copyOf(names);
  }

  /** Returns a selection of certain names; of everything if there are none. */
  public static Selection of(List<String> names) {
    return names.isEmpty() ? ALL : new Selection(false, names);
  }

  boolean has(Collection<String> names) {
    return all || names.stream().anyMatch(this.names::contains);
  }

  /**
   * Checks that every name is known.
   *
   * @param known all names that can be selected
   * @throws RequestFailure if one is not
   */
  void check(Collection<String> known) {
    for (String name : names) {
      if (!known.contains(name)) {
        List<String> candidates = new ArrayList<>(known);
        throw new RequestFailure(
            "the manifest does not name the image " + name,
            Nearest.to(name, candidates)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse("name an image as the manifest does"));
      }
    }
  }
}
