package linuxkit.packaging.debian;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import linuxkit.packaging.debian.DebianOptions.Pocket;

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
  // These receive everything directly.
  private static final Set<String> WITHOUT_POCKETS = Set.of("unstable", "sid", "experimental");

  /**
   * A suite of one archive.
   *
   * @param signedBy key files, a key or fingerprints; empty for the default
   */
  record Suite(URI archive, String name, List<String> signedBy) {
    URI resolve(String path) {
      return archive.resolve("dists/" + name + "/" + path);
    }

    /**
     * Returns where this archive would have a package that was chosen before.
     *
     * @throws DebianFailure.Gone if its file cannot be one of an archive
     */
    DebianPackage locate(DebianPackage.Pin pin) {
      if (pin.file().startsWith("/") || List.of(pin.file().split("/", -1)).contains("..")) {
        throw DebianFailure.Gone.malformed(pin);
      }
      return new DebianPackage(
          pin.name(),
          pin.version(),
          pin.architecture(),
          new DebianPackage.Archive(archive, name, pin.origin()),
          PackageIndex.resolve(archive, pin.file()),
          pin.size(),
          pin.sha256());
    }

    @Override
    public String toString() {
      return name + " of " + archive;
    }
  }

  private Suites() {}

  /** Returns the names of the suites that make up a release, the release itself first. */
  static List<String> names(String release, Set<Pocket> without) {
    // A name with a hyphen, such as trixie-backports, is itself a part of a release.
    boolean pockets = !WITHOUT_POCKETS.contains(release) && !release.contains("-");
    return Stream.concat(
            Stream.of(release),
            Stream.of(Pocket.values())
                .filter(pocket -> pockets && !without.contains(pocket))
                .map(pocket -> pocket.of(release)))
        .toList();
  }

  /** Returns all suites on each mirror, which need not have every one of them. */
  static List<Suite> ofMirrors(List<URI> mirrors, List<String> names) {
    return mirrors.stream()
        .flatMap(mirror -> names.stream().map(name -> new Suite(mirror, name, List.of())))
        .toList();
  }

  /** Returns the sources of apt that this program cannot read, in words. */
  static List<String> unreadable(AptSources apt) {
    return apt.sources().stream()
        .filter(source -> !source.isReadable())
        .map(source -> source.suite() + " of " + source.uri())
        .toList();
  }

  /**
   * Returns the suites of apt's sources that can be read, with the name of the machine's release
   * replaced: {@code bookworm-security} becomes {@code trixie-security}.
   *
   * @param names of the suites of the release, as {@link #names} returns them
   */
  static List<Suite> ofApt(AptSources apt, List<String> names) {
    String release = names.getFirst();
    List<Suite> found = new ArrayList<>();
    for (AptSources.Source source : apt.sources()) {
      for (String name : names) {
        String pocket = name.substring(release.length());
        String configured = source.suite();
        String base = configured.substring(0, Math.max(0, configured.length() - pocket.length()));
        if (source.isReadable()
            && configured.endsWith(pocket)
            && (DEBIAN.contains(base) || base.equals(release))
            && source.components().contains("main")) {
          Suite mapped = new Suite(source.uri(), name, source.signedBy());
          if (!found.contains(mapped)) {
            found.add(mapped);
          }
        }
      }
    }
    return found;
  }
}
