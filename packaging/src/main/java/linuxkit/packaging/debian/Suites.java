package linuxkit.packaging.debian;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds out which suites of which archives make up one release of Debian. */
final class Suites {
  // Suite names in apt's sources that identify Debian, not some other archive.
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
   * @param signedBy key files, or a key; empty for the default
   */
  record Suite(URI archive, String name, List<String> signedBy) {
    URI resolve(String path) {
      return archive.resolve("dists/" + name + "/" + path);
    }
  }

  private Suites() {}

  /** Returns the suites on mirrors, each of which may be missing. */
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
   * Returns the suites of apt's sources, with the name of the machine's release replaced: {@code
   * bookworm-security} becomes {@code trixie-security}.
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
