package linuxkit.packaging.debian;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds out which suites of which archives make up one release of Debian. */
final class Suites {
  // Those that apt may name where it is Debian that is meant, and not someone else's archive.
  private static final Set<String> DEBIAN =
      Set.of(
          "oldoldstable",
          "oldstable",
          "stable",
          "testing",
          "unstable",
          "sid",
          "bullseye",
          "bookworm",
          "trixie",
          "forky",
          "duke");
  private static final List<String> POCKETS = List.of("", "-updates", "-security");

  /**
   * @param signedBy files of keys, or a key itself; empty for the default
   */
  record Suite(URI archive, String name, List<String> signedBy) {
    URI resolve(String path) {
      return archive.resolve("dists/" + name + "/" + path);
    }
  }

  private Suites() {}

  /** Each mirror may or may not have each of the three. */
  static List<Suite> ofMirrors(List<URI> mirrors, String suite) {
    List<Suite> found = new ArrayList<>();
    for (URI mirror : mirrors) {
      for (String pocket : POCKETS) {
        found.add(new Suite(mirror, suite + pocket, List.of()));
      }
    }
    return found;
  }

  /**
   * What apt uses for the release that the machine runs, with another release's name in its place:
   * {@code bookworm-security} becomes {@code trixie-security}.
   */
  static List<Suite> ofApt(AptSources apt, String suite) {
    List<Suite> found = new ArrayList<>();
    for (AptSources.Source source : apt.sources()) {
      String name = source.suite();
      for (String pocket : POCKETS) {
        String release = name.substring(0, Math.max(0, name.length() - pocket.length()));
        if (name.endsWith(pocket)
            && (DEBIAN.contains(release) || release.equals(suite))
            && source.components().contains("main")) {
          Suite mapped = new Suite(source.uri(), suite + pocket, source.signedBy());
          if (!found.contains(mapped)) {
            found.add(mapped);
          }
        }
      }
    }
    return found;
  }
}
