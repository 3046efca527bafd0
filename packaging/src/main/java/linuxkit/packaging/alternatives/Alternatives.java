package linuxkit.packaging.alternatives;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The links that packages register with {@code update-alternatives}. */
public final class Alternatives {
  private static final Comparator<Alternative> BEST_FIRST =
      Comparator.comparingInt((Alternative a) -> -a.priority())
          .thenComparing(a -> a.link().target());

  private final SortedMap<String, List<Alternative>> byName = new TreeMap<>();
  private final List<String> unread = new ArrayList<>();

  /**
   * Adds what a package registers.
   *
   * @param script the text of its {@code postinst}; empty if it has none
   */
  public void add(String pack, String script) {
    MaintainerScript.Found found = MaintainerScript.read(script);
    found
        .alternatives()
        .forEach(a -> byName.computeIfAbsent(a.name(), _ -> new ArrayList<>()).add(a));
    if (!found.complete()) {
      unread.add(pack);
    }
  }

  /** Returns the packages that register something in a way that cannot be read. */
  public List<String> unread() {
    return List.copyOf(unread);
  }

  /**
   * Chooses a target for each link, as {@code update-alternatives} does: that of the highest
   * priority, with the other links of the same choice. Of equal ones it is the first by path.
   *
   * @param exists selects the files of the image by path
   * @return the targets by the paths of the links
   */
  public SortedMap<String, String> choose(Predicate<String> exists) {
    SortedMap<String, String> links = new TreeMap<>();
    for (List<Alternative> choices : byName.values()) {
      choices.stream()
          .filter(a -> exists.test(a.link().target()))
          .min(BEST_FIRST)
          .ifPresent(
              best ->
                  Stream.concat(Stream.of(best.link()), best.slaves().stream())
                      .filter(link -> exists.test(link.target()))
                      .forEach(link -> links.putIfAbsent(link.path(), link.target())));
    }
    return links;
  }
}
