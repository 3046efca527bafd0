package linuxkit.packaging.debian;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the dependencies of packages, in an order that depends only on the list and the index: the
 * requested packages, their dependencies, the dependencies of those, and so on. There is no
 * backtracking: the first package that satisfies a dependency is taken, which works in a stable
 * suite.
 */
final class Resolver {
  /** A package that was chosen. */
  record Chosen(DebianPackage pack, DebianPackage.Relations relations) {
    /** Returns whether the package satisfies a relation, by its name or by one it provides. */
    boolean satisfies(Relation relation) {
      return (pack.name().equals(relation.name()) && relation.admits(pack.version()))
          || PackageIndex.provides(relations, relation);
    }
  }

  private final PackageIndex index;
  private final String suite;
  private final String architecture;
  private final Set<String> exclude;
  private final boolean recommends;
  private final Map<String, Chosen> chosen = new LinkedHashMap<>();
  private final Deque<Chosen> unresolved = new ArrayDeque<>();

  Resolver(
      PackageIndex index,
      String suite,
      String architecture,
      Set<String> exclude,
      boolean recommends) {
    this.index = index;
    this.suite = suite;
    this.architecture = architecture;
    this.exclude = exclude;
    this.recommends = recommends;
  }

  /**
   * @param wanted names, or {@code name=version}
   */
  List<Chosen> resolve(List<String> wanted) {
    for (String name : wanted) {
      int equals = name.indexOf('=');
      Relation relation =
          equals < 0
              ? new Relation(name, "", "")
              : new Relation(name.substring(0, equals), "=", name.substring(equals + 1));
      List<PackageIndex.Entry> candidates = index.candidates(relation);
      if (candidates.isEmpty()) {
        throw new DebianFailure.UnknownPackage(relation.toString(), suite, architecture);
      }
      choose(candidates.getFirst());
    }
    while (!unresolved.isEmpty()) {
      Chosen next = unresolved.remove();
      for (List<Relation> group : next.relations().depends()) {
        if (!meet(group)) {
          throw new DebianFailure.UnmetDependency(next.pack().name(), describe(group));
        }
      }
      if (recommends) {
        next.relations().recommends().forEach(this::meet);
      }
    }
    List<Chosen> all = new ArrayList<>(chosen.values());
    checkConflicts(all);
    return all;
  }

  private void choose(PackageIndex.Entry entry) {
    Chosen next = new Chosen(entry.read(), entry.relations());
    Chosen old = chosen.putIfAbsent(entry.name(), next);
    if (old == null) {
      unresolved.add(next);
    } else if (!old.pack().version().equals(next.pack().version())) {
      throw new DebianFailure.Conflict(
          "both "
              + old.pack()
              + " and "
              + next.pack()
              + " are needed, but only one can be installed");
    }
  }

  private boolean meet(List<Relation> group) {
    for (Relation relation : group) {
      if (exclude.contains(relation.name())
          || chosen.values().stream().anyMatch(c -> c.satisfies(relation))) {
        return true;
      }
    }
    for (Relation relation : group) {
      Optional<PackageIndex.Entry> found =
          index.candidates(relation).stream()
              .findFirst()
              .or(
                  () ->
                      index.providers(relation).stream()
                          .filter(entry -> !exclude.contains(entry.name()))
                          .findFirst());
      if (found.isPresent()) {
        choose(found.get());
        return true;
      }
    }
    return false;
  }

  private static void checkConflicts(List<Chosen> all) {
    for (Chosen one : all) {
      for (List<Relation> group : one.relations().conflicts()) {
        for (Chosen other : all) {
          // A package that conflicts with a name it provides excludes all other providers.
          if (!other.equals(one) && other.satisfies(group.getFirst())) {
            throw new DebianFailure.Conflict(
                "the packages " + one.pack() + " and " + other.pack() + " conflict");
          }
        }
      }
    }
  }

  private static String describe(List<Relation> group) {
    return String.join(" or ", group.stream().map(Relation::toString).toList());
  }
}
