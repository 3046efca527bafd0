package linuxkit.engine.lock.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import linuxkit.engine.lock.LockFile;
import linuxkit.engine.lock.LockedComponent;
import linuxkit.engine.lock.LockedImage;

/** Compares lock files. */
final class LockChanges {
  /** The beginning of the names of boot loaders. */
  static final String BOOT = "boot.";

  private LockChanges() {}

  /** Returns the states of components. */
  static SortedMap<String, LockChange.State> states(SortedMap<String, LockedComponent> components) {
    SortedMap<String, LockChange.State> states = new TreeMap<>();
    components.forEach((name, component) -> states.put(name, LockChange.State.of(component)));
    return states;
  }

  /**
   * Returns the changes from one lock file to another.
   *
   * @param version returns what an image says of itself
   */
  static List<LockChange> of(LockFile old, LockFile now, Function<LockedImage, String> version) {
    SortedMap<String, LockChange.State> before = new TreeMap<>();
    SortedMap<String, LockChange.State> after = new TreeMap<>();
    old.images()
        .forEach(
            (name, image) -> {
              if (!image.equals(now.images().get(name))) {
                boolean moved = now.images().containsKey(name);
                before.put(name, LockChange.State.of(image, moved ? version.apply(image) : ""));
              }
            });
    now.images()
        .forEach(
            (name, image) -> {
              if (!image.equals(old.images().get(name))) {
                after.put(name, LockChange.State.of(image, version.apply(image)));
              }
            });
    List<LockChange> changes = new ArrayList<>();
    add(changes, before, after);
    SortedMap<String, LockedComponent> oldComponents = components(old);
    SortedMap<String, LockedComponent> nowComponents = components(now);
    SortedMap<String, LockedComponent> beforeComponents = new TreeMap<>(oldComponents);
    SortedMap<String, LockedComponent> afterComponents = new TreeMap<>(nowComponents);
    beforeComponents.entrySet().removeIf(e -> e.getValue().equals(nowComponents.get(e.getKey())));
    afterComponents.entrySet().removeIf(e -> e.getValue().equals(oldComponents.get(e.getKey())));
    add(changes, states(beforeComponents), states(afterComponents));
    changes.removeIf(change -> change.before().equals(change.after()));
    beforeComponents.forEach(
        (name, component) ->
            Optional.ofNullable(afterComponents.get(name))
                .ifPresent(
                    other -> add(changes, packages(name, component), packages(name, other))));
    changes.removeIf(change -> change.before().equals(change.after()));
    return changes;
  }

  /** Returns the components in folders, and boot loaders as {@code boot.KEY}. */
  static SortedMap<String, LockedComponent> components(LockFile file) {
    SortedMap<String, LockedComponent> all = new TreeMap<>(file.components());
    file.bootLoaders().forEach((key, component) -> all.put(BOOT + key, component));
    return all;
  }

  private static SortedMap<String, LockChange.State> packages(
      String name, LockedComponent component) {
    SortedMap<String, LockChange.State> all = new TreeMap<>();
    component
        .packages()
        .forEach(
            (platform, resolution) ->
                resolution
                    .packages()
                    .forEach(
                        pack ->
                            all.put(
                                name + ", " + platform + ": " + pack.name(),
                                new LockChange.State("", pack.version()))));
    return all;
  }

  /** Adds a change for every name. */
  static void add(
      List<LockChange> changes,
      SortedMap<String, LockChange.State> before,
      SortedMap<String, LockChange.State> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      Optional<LockChange.State> old = Optional.ofNullable(before.get(name));
      Optional<LockChange.State> now = Optional.ofNullable(after.get(name));
      changes.add(new LockChange(name, old, now));
    }
  }
}
