package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.system.spec.Rights;

/**
 * The differences between two systems. Times are not compared. If one of the two was read from an
 * initrd, properties that an initrd does not keep are not compared either.
 *
 * @param files by path
 * @param packages by component, kind and name
 * @param containers those with differences
 * @param sizes by component, only those that changed
 */
public record SystemDiff(
    SortedMap<String, Change<FileState>> files,
    List<PackageChange> packages,
    List<ContainerChange> containers,
    Change<String> cmdline,
    SortedMap<Component, Change<Long>> sizes,
    Change<Long> total) {
  private static final String LABELLED = " (by its image's label)";

  /** A value in both systems; absent if a system does not have it. */
  public record Change<T>(Optional<T> before, Optional<T> after) {
    public boolean isSame() {
      return before.equals(after);
    }
  }

  /** The versions of a package; several versions are separated by commas. */
  public record PackageChange(
      Component component, String kind, String name, Change<String> versions) {}

  /**
   * @param added rights and settings of the second system only, in words, those of a label marked
   * @param removed those of the first only
   */
  public record ContainerChange(Component component, List<String> added, List<String> removed) {}

  /**
   * Compares two systems.
   *
   * @param progress gets warnings about packages that are left out
   */
  public static SystemDiff of(InspectedSystem before, InspectedSystem after, Progress progress) {
    boolean detailed = before.detailed() && after.detailed();
    Sizes first = Sizes.of(before.files(), detailed);
    Sizes second = Sizes.of(after.files(), detailed);
    return new SystemDiff(
        files(before, after, detailed),
        packages(before, after, detailed, progress),
        containers(before, after),
        new Change<>(Optional.of(before.cmdline()), Optional.of(after.cmdline())),
        compare(sizes(first), sizes(second)),
        new Change<>(Optional.of(first.total()), Optional.of(second.total())));
  }

  public boolean isSame() {
    return files.isEmpty() && packages.isEmpty() && containers.isEmpty() && cmdline.isSame();
  }

  private static SortedMap<String, Change<FileState>> files(
      InspectedSystem before, InspectedSystem after, boolean detailed) {
    return compare(states(before.files(), detailed), states(after.files(), detailed));
  }

  private static SortedMap<String, FileState> states(FileTree files, boolean detailed) {
    SortedMap<String, FileState> states = new TreeMap<>();
    files.walk(
        entry -> {
          FileState state = FileState.of(entry.node(), detailed);
          if (detailed || !entry.path().startsWith("boot/")) {
            states.put(entry.path(), state);
          } else if (entry.path().equals("boot/kernel")) {
            states.put(entry.path(), state.contentOnly());
          }
        });
    return states;
  }

  private static <K, V> SortedMap<K, Change<V>> compare(
      SortedMap<K, V> before, SortedMap<K, V> after) {
    Set<K> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    SortedMap<K, Change<V>> changes = new TreeMap<>();
    for (K key : keys) {
      Change<V> change =
          new Change<>(Optional.ofNullable(before.get(key)), Optional.ofNullable(after.get(key)));
      if (!change.isSame()) {
        changes.put(key, change);
      }
    }
    return Collections.unmodifiableSortedMap(changes);
  }

  private static SortedMap<Component, Long> sizes(Sizes sizes) {
    SortedMap<Component, Long> bytes = new TreeMap<>();
    sizes.parts().forEach((component, part) -> bytes.put(component, part.bytes()));
    return bytes;
  }

  private record PackageKey(Component component, String kind, String name)
      implements Comparable<PackageKey> {
    @Override
    public int compareTo(PackageKey other) {
      return new ComponentPackage(component, kind, name, "")
          .compareTo(new ComponentPackage(other.component, other.kind, other.name, ""));
    }
  }

  private static List<PackageChange> packages(
      InspectedSystem before, InspectedSystem after, boolean detailed, Progress progress) {
    List<PackageChange> changes = new ArrayList<>();
    boolean kernels = KernelPackages.areKnown(before) && KernelPackages.areKnown(after);
    compare(versions(before, detailed, progress), versions(after, detailed, progress))
        .forEach(
            (key, change) -> {
              if (kernels || key.component().kind() != Component.Kind.KERNEL) {
                changes.add(
                    new PackageChange(
                        key.component(),
                        key.kind(),
                        key.name(),
                        new Change<>(
                            change.before().map(set -> String.join(", ", set)),
                            change.after().map(set -> String.join(", ", set)))));
              }
            });
    return List.copyOf(changes);
  }

  private static SortedMap<PackageKey, SortedSet<String>> versions(
      InspectedSystem system, boolean detailed, Progress progress) {
    SortedMap<PackageKey, SortedSet<String>> versions = new TreeMap<>();
    InspectedSystem seen = new InspectedSystem(system.files(), system.cmdline(), detailed);
    for (ComponentPackage each : SystemPackages.read(seen, progress)) {
      versions
          .computeIfAbsent(
              new PackageKey(each.component(), each.kind(), each.name()), _ -> new TreeSet<>())
          .add(each.version());
    }
    return versions;
  }

  private static List<ContainerChange> containers(InspectedSystem before, InspectedSystem after) {
    List<ContainerChange> changes = new ArrayList<>();
    SortedMap<Component, SortedSet<String>> first = words(before);
    SortedMap<Component, SortedSet<String>> second = words(after);
    for (Map.Entry<Component, Change<SortedSet<String>>> each : compare(first, second).entrySet()) {
      changes.add(
          new ContainerChange(
              each.getKey(),
              marked(
                  without(each.getValue().after(), each.getValue().before()), each.getKey(), after),
              marked(
                  without(each.getValue().before(), each.getValue().after()),
                  each.getKey(),
                  before)));
    }
    return List.copyOf(changes);
  }

  private static List<String> marked(
      List<String> words, Component component, InspectedSystem system) {
    Set<String> rights = system.labelRights().getOrDefault(component.label(), Set.of());
    return words.stream().map(word -> rights.contains(word) ? word + LABELLED : word).toList();
  }

  private static List<String> without(
      Optional<SortedSet<String>> some, Optional<SortedSet<String>> others) {
    return some.stream()
        .flatMap(Collection::stream)
        .filter(word -> !others.map(set -> set.contains(word)).orElse(false))
        .toList();
  }

  private static SortedMap<Component, SortedSet<String>> words(InspectedSystem system) {
    SortedMap<Component, SortedSet<String>> words = new TreeMap<>();
    for (ContainerFacts facts : ContainerFacts.read(system)) {
      SortedSet<String> all = new TreeSet<>();
      addAll(all, facts.capabilities(), capability -> capability);
      addAll(all, facts.binds(), bind -> "bind " + bind);
      addAll(all, facts.host(), Rights::systemNamespace);
      all.addAll(facts.others());
      all.addAll(facts.details());
      facts.settings().forEach((name, value) -> all.add(name + " " + value));
      words.put(facts.component(), all);
    }
    return words;
  }

  private static void addAll(
      SortedSet<String> to, SortedSet<String> from, Function<String, String> word) {
    from.forEach(each -> to.add(word.apply(each)));
  }
}
