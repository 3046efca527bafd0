package linuxkit.packaging.debian;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the dependencies of packages, in an order that depends only on the list and the index: the
 * requested packages, their dependencies, the dependencies of those, and so on. The first package
 * that satisfies a dependency is taken. If that turns out to be impossible, the latest choice that
 * has another way is changed. Reports the first failure if no way leads to an end.
 */
final class Resolver {
  /** Bounds the time that an archive can take in which exponentially many ways are wrong. */
  private static final int MOST_CHANGES = 5_000;

  /** A package that was chosen. */
  record Chosen(DebianPackage pack, DebianPackage.Relations relations) {
    /** Returns whether the package satisfies a relation, by its name or by one it provides. */
    boolean satisfies(Relation relation) {
      return (pack.name().equals(relation.name()) && relation.admits(pack.version()))
          || PackageIndex.provides(relations, relation);
    }

    /** A package that conflicts with a name it provides excludes all other providers. */
    private boolean excludes(Chosen other) {
      return relations.conflicts().stream().anyMatch(group -> other.satisfies(group.getFirst()));
    }
  }

  /**
   * A place in the lists of dependencies of the chosen packages.
   *
   * @param owner position of the package among those chosen
   * @param group position in its dependencies, followed by its recommendations
   */
  private record Position(int owner, int group) {}

  /**
   * A choice that can be changed.
   *
   * @param at the dependency that it is for
   * @param chosen number of packages chosen before
   * @param needed whether the dependency must be met
   * @param untried is used up
   * @param failure the first failure before the choice
   */
  private record Choice(
      Position at,
      int chosen,
      boolean needed,
      Deque<PackageIndex.Entry> untried,
      Optional<DebianFailure> failure) {}

  private final PackageIndex index;
  private final String suite;
  private final String architecture;
  private final Set<String> exclude;
  private final boolean recommends;
  private final List<Chosen> chosen = new ArrayList<>();
  private final Deque<Choice> choices = new ArrayDeque<>();
  private Optional<DebianFailure> failure = Optional.empty();
  private int changes;

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
      choose(requested(name))
          .ifPresent(
              problem -> {
                throw problem;
              });
    }
    Position at = new Position(0, 0);
    while (at.owner < chosen.size()) {
      Chosen owner = chosen.get(at.owner);
      List<List<Relation>> groups = groups(owner);
      if (at.group == groups.size()) {
        at = new Position(at.owner + 1, 0);
      } else if (isMet(groups.get(at.group))) {
        at = new Position(at.owner, at.group + 1);
      } else {
        boolean needed = at.group < owner.relations.depends().size();
        Deque<PackageIndex.Entry> options = new ArrayDeque<>(options(groups.get(at.group)));
        at = take(new Choice(at, chosen.size(), needed, options, failure));
      }
    }
    return chosen;
  }

  private PackageIndex.Entry requested(String name) {
    int equals = name.indexOf('=');
    Relation relation =
        equals < 0
            ? new Relation(name, "", "")
            : new Relation(name.substring(0, equals), "=", name.substring(equals + 1));
    Optional<PackageIndex.Entry> found = index.candidates(relation).stream().findFirst();
    List<PackageIndex.Entry> providers = found.isPresent() ? List.of() : index.providers(relation);
    if (found.isEmpty() && providers.size() != 1) {
      List<String> names = providers.stream().map(PackageIndex.Entry::name).toList();
      throw new DebianFailure.UnknownPackage(relation.toString(), suite, architecture, names);
    }
    return found.orElseGet(providers::getFirst);
  }

  private List<List<Relation>> groups(Chosen owner) {
    return recommends
        ? Stream.concat(owner.relations.depends().stream(), owner.relations.recommends().stream())
            .toList()
        : owner.relations.depends();
  }

  private boolean isMet(List<Relation> group) {
    return group.stream()
        .anyMatch(
            relation ->
                exclude.contains(relation.name())
                    || chosen.stream().anyMatch(one -> one.satisfies(relation)));
  }

  /** Returns what can meet a dependency: of each alternative the package itself, then providers. */
  private List<PackageIndex.Entry> options(List<Relation> group) {
    return group.stream()
        .flatMap(
            relation ->
                Stream.concat(
                    index.candidates(relation).stream().limit(1),
                    index.providers(relation).stream()
                        .filter(entry -> !exclude.contains(entry.name()))))
        .distinct()
        .toList();
  }

  /**
   * Takes the first way of a choice that is possible now, or else of the latest one before it.
   *
   * @return where to go on
   * @throws DebianFailure if no choice has another way
   */
  private Position take(Choice newest) {
    Choice choice = newest;
    while (true) {
      chosen.subList(choice.chosen, chosen.size()).clear();
      while (!choice.untried.isEmpty()) {
        Optional<DebianFailure> problem = choose(choice.untried.remove());
        if (problem.isEmpty()) {
          choices.push(choice);
          return choice.at;
        }
        failure = failure.or(() -> problem);
      }
      if (!choice.needed) {
        failure = choice.failure;
        return new Position(choice.at.owner, choice.at.group + 1);
      }
      DebianFailure unmet = unmet(choice.at);
      failure = failure.or(() -> Optional.of(unmet));
      if (choices.isEmpty() || ++changes > MOST_CHANGES) {
        throw failure.orElse(unmet);
      }
      choice = choices.pop();
    }
  }

  private DebianFailure unmet(Position at) {
    Chosen owner = chosen.get(at.owner);
    List<String> group = groups(owner).get(at.group).stream().map(Relation::toString).toList();
    return new DebianFailure.UnmetDependency(owner.pack.name(), String.join(" or ", group));
  }

  /** Adds a package, unless it is there; returns why it cannot be added to those that are. */
  private Optional<DebianFailure> choose(PackageIndex.Entry entry) {
    Chosen next = new Chosen(entry.read(), entry.relations());
    for (Chosen other : chosen) {
      if (other.pack.name().equals(next.pack.name())) {
        return other.pack.version().equals(next.pack.version())
            ? Optional.empty()
            : conflict("both %s and %s are needed, but only one can be installed", other, next);
      }
      if (next.excludes(other) || other.excludes(next)) {
        return conflict("the packages %s and %s conflict", next, other);
      }
    }
    chosen.add(next);
    return Optional.empty();
  }

  private static Optional<DebianFailure> conflict(String format, Chosen one, Chosen other) {
    return Optional.of(new DebianFailure.Conflict(format.formatted(one.pack, other.pack)));
  }
}
