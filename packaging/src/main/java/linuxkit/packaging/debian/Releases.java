package linuxkit.packaging.debian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;

/** What archives say of their suites, verified, and kept for a while. For one thread. */
final class Releases {
  /** How long a Release file serves without asking whether there is a newer one. */
  static final Duration FRESH = Duration.ofHours(1);

  private static final int LARGEST_RELEASE = 16 << 20;

  /** Kept in place of a Release file that the archive does not have. */
  private static final byte[] ABSENT = new byte[0];

  private final DebianOptions options;
  private final AptSources apt;
  private final Fetcher fetcher;
  private final Progress progress;
  private final Map<Suites.Suite, Optional<Release>> known = new HashMap<>();

  Releases(DebianOptions options, AptSources apt, Fetcher fetcher, Progress progress) {
    this.options = options;
    this.apt = apt;
    this.fetcher = fetcher;
    this.progress = progress;
  }

  private Path releaseFile(Suites.Suite suite) {
    String name = suite.resolve("InRelease").toString().replaceAll("[^A-Za-z0-9.-]", "_");
    return options.cache().resolve("lists").resolve(name);
  }

  /** Asks anew the next time; what was said stays, so that nobody can go back behind it. */
  void expire(Suites.Suite suite) {
    try {
      Files.setLastModifiedTime(
          releaseFile(suite), FileTime.from(options.clock().instant().minus(FRESH)));
    } catch (IOException e) {
      progress.detail("cannot change the time of " + releaseFile(suite));
    }
  }

  /** Empty when the archive has no such suite. */
  Optional<Release> find(Suites.Suite suite) {
    return known.computeIfAbsent(suite, this::release);
  }

  private Optional<Release> release(Suites.Suite suite) {
    String where = suite.resolve("InRelease").toString();
    Path file = releaseFile(suite);
    Instant now = options.clock().instant();
    Optional<byte[]> kept = read(file);
    boolean fresh =
        kept.isPresent() && !age(file, now).isNegative() && age(file, now).compareTo(FRESH) < 0;
    if (!fresh) {
      try {
        Optional<byte[]> fetched = fetcher.get(suite.resolve("InRelease"), LARGEST_RELEASE);
        Optional<Release> release = fetched.map(message -> verify(message, suite, where, now));
        Optional<Release> newer = newer(kept, release, suite, where, now);
        // A suite that is gone, or made to seem so, does not make one forget how new it was.
        if (fetched.isPresent() || kept.filter(message -> message.length > 0).isEmpty()) {
          keep(file, newer.isPresent() ? kept.orElseThrow() : fetched.orElse(ABSENT), now);
        }
        return newer.or(() -> release);
      } catch (DebianFailure.Unreachable e) {
        if (kept.isEmpty()) {
          throw e;
        }
        progress.warn(
            e.getMessage()
                + ". Going on with what it said "
                + age(file, now).toHours()
                + " h ago.");
      }
    }
    return kept.filter(message -> message.length > 0)
        .map(message -> verify(message, suite, where, now));
  }

  /**
   * What was there before, when it is the newer one: some of an archive's servers lag behind, and
   * an old Release is how packages with known holes would be put back in place.
   */
  private Optional<Release> newer(
      Optional<byte[]> kept,
      Optional<Release> fetched,
      Suites.Suite suite,
      String where,
      Instant now) {
    Optional<Instant> date = fetched.flatMap(Release::date);
    if (date.isEmpty() || kept.filter(message -> message.length > 0).isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<Release> newer =
          kept.map(message -> verify(message, suite, where, now))
              .filter(before -> before.date().filter(date.get()::isBefore).isPresent());
      newer.ifPresent(
          before ->
              progress.warn(
                  where
                      + ": it is of "
                      + date.get()
                      + ", older than what was there before; going on with that."));
      return newer;
    } catch (DebianFailure e) {
      // Damaged here, or signed by a key that counts no more: nothing to hold on to.
      return Optional.empty();
    }
  }

  private Release verify(byte[] message, Suites.Suite suite, String where, Instant now) {
    String text = ClearSigned.verify(message, keyring(suite.signedBy(), now), where);
    Release release = Release.parse(text, where);
    // Else an attacker could give the signed Release of one suite for that of another.
    if (!release.names().contains(suite.name())) {
      throw new DebianFailure.BadSignature(
          "the Release file is not of suite " + suite.name() + " but of " + release.names(),
          where,
          "check the archive's URL (--debian-mirror)");
    }
    if (apt.configuration().checksValidUntil()
        && release.validUntil().map(now::isAfter).orElse(false)) {
      throw new DebianFailure.BadSignature(
          "the Release file was valid until " + release.validUntil().get() + " only",
          where,
          "use an archive that is kept up to date; or, where it stands still on purpose, set"
              + " Acquire::Check-Valid-Until \"false\" in apt's configuration");
    }
    return release;
  }

  private Keyring keyring(List<String> signedBy, Instant now) {
    Keyring keyring = new Keyring(now);
    if (!options.keyrings().isEmpty()) {
      options.keyrings().forEach(keyring::add);
      return keyring;
    }
    for (String source : signedBy) {
      if (source.startsWith("-----BEGIN")) {
        keyring.add(source, "Signed-By in " + options.root().resolve("etc/apt"));
      } else if (source.startsWith("/")) {
        keyring.add(options.root().resolve(source.substring(1)));
      }
    }
    if (keyring.isEmpty()) {
      Keyring.defaults(options.root()).forEach(keyring::add);
    }
    if (keyring.isEmpty()) {
      throw new DebianFailure.NoKeys(
          options.root().resolve("usr/share/keyrings").toString(),
          "the keys of Debian's archive are not on this machine");
    }
    return keyring;
  }

  private static Optional<byte[]> read(Path file) {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Duration age(Path file, Instant now) {
    try {
      return Duration.between(Files.getLastModifiedTime(file).toInstant(), now);
    } catch (IOException e) {
      return FRESH;
    }
  }

  private static void keep(Path file, byte[] bytes, Instant now) {
    DebianArchive.prepare(file);
    try {
      AtomicFile.write(file, bytes);
      Files.setLastModifiedTime(file, FileTime.from(now));
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }
}
