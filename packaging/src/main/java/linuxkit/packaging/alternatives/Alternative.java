package linuxkit.packaging.alternatives;

import java.util.List;

/**
 * A file that can stand behind a common name, such as mawk behind awk. Paths have no leading slash
 * and lie in {@code usr/}.
 *
 * @param slaves further links that point to files of the same choice
 */
record Alternative(String name, Link link, int priority, List<Link> slaves) {
  Alternative {
    slaves = List.copyOf(slaves);
  }

  /** A link and its target. */
  record Link(String path, String target) {}
}
