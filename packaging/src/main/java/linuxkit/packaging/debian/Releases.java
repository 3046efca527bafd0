package linuxkit.packaging.debian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.own.PlainFile;

/** The Release files of archives, verified and cached for a while. For one thread. */
final class Releases {
  /** Age at which a newer Release file is looked for. */
  static final Duration FRESH = Duration.ofHours(1);

  private static final int LARGEST_RELEASE = 16 << 20;

  private final DebianOptions options;
  private final AptSources apt;
  private final Fetcher fetcher;
  private final Progress progress;
  private final Map<Suites.Suite, Optional<Release>> known = new HashMap<>();
  private final IdentityHashMap<Release, String> hashes = new IdentityHashMap<>();
  private final Set<String> expired = new HashSet<>();

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

  /** Makes the next read ask the archive again; the cached file stays to detect older ones. */
  void expire(Suites.Suite suite) {
    try {
      Files.setLastModifiedTime(
          releaseFile(suite), FileTime.from(options.clock().instant().minus(FRESH)));
    } catch (IOException e) {
      progress.detail("cannot set the time of " + releaseFile(suite));
    }
  }

  /**
   * Returns whether a suite of apt's claims to be Debian's: it names no keys, or one of Debian's.
   * Only the configuration decides this, because an attacker could change what the server says.
   */
  boolean isDebians(Suites.Suite suite) {
    return !options.keyrings().isEmpty()
        || suite.signedBy().isEmpty()
        || !signers(suite.signedBy(), options.clock().instant()).isEmpty();
  }

  /**
   * Returns the Release of a suite; empty if the archive has no such suite.
   *
   * @throws DebianFailure.MissingSuite if the archive has had it before
   */
  Optional<Release> find(Suites.Suite suite) {
    return known.computeIfAbsent(suite, this::release);
  }

  /** Returns the SHA-256 of the signed file of a Release that {@link #find} returned. */
  String hash(Release release) {
    return Objects.requireNonNull(hashes.get(release));
  }

  private Optional<Release> release(Suites.Suite suite) {
    String where = suite.resolve("InRelease").toString();
    Path file = releaseFile(suite);
    Instant now = options.clock().instant();
    DebianArchive.prepare(file);
    Optional<byte[]> kept = read(file);
    boolean fresh =
        kept.isPresent() && !age(file, now).isNegative() && age(file, now).compareTo(FRESH) < 0;
    if (!fresh) {
      try {
        Optional<byte[]> fetched = fetcher.get(suite.resolve("InRelease"), LARGEST_RELEASE);
        if (fetched.isEmpty()) {
          // Absence is not cached: it is not signed, and an attacker could cause it.
          if (kept.isPresent()) {
            throw DebianFailure.MissingSuite.gone(suite, file);
          }
          return Optional.empty();
        }
        Optional<Release> release = fetched.map(message -> verify(message, suite, where, now));
        Optional<Release> newer = newer(kept, release, suite, where, now);
        keep(file, newer.isPresent() ? kept.orElseThrow() : fetched.get(), now);
        return newer.or(() -> release);
      } catch (DebianFailure.Unreachable e) {
        if (kept.isEmpty()) {
          throw e;
        }
        progress.warn(
            e.getMessage()
                + ". Using the Release file that was downloaded "
                + age(file, now).toHours()
                + " h ago.");
      }
    }
    return kept.map(message -> verify(message, suite, where, now));
  }

  /**
   * Returns the cached Release if it is newer. Some of an archive's servers lag behind, and an
   * attacker could use an old Release to supply packages with known vulnerabilities.
   */
  private Optional<Release> newer(
      Optional<byte[]> kept,
      Optional<Release> fetched,
      Suites.Suite suite,
      String where,
      Instant now) {
    Optional<Instant> date = fetched.flatMap(Release::date);
    if (date.isEmpty() || kept.isEmpty()) {
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
                      + " is from "
                      + date.get()
                      + ", older than the cached one; using the cached one."));
      return newer;
    } catch (DebianFailure e) {
      // The cached file is damaged, or its key is no longer valid: it must not be used.
      return Optional.empty();
    }
  }

  private Release verify(byte[] message, Suites.Suite suite, String where, Instant now) {
    String text = ClearSigned.verify(message, keyring(suite.signedBy(), now), where);
    Release release = Release.parse(text, where);
    hashes.put(release, Sha256.hex(message));
    // Otherwise an attacker could supply the signed Release of another suite.
    if (!release.names().contains(suite.name())) {
      throw new DebianFailure.BadSignature(
          "the Release file is for the suite " + release.names() + " instead of " + suite.name(),
          where,
          "check the URL of the archive (--debian-mirror)");
    }
    if (options.mirrors().isEmpty() && !release.isOfDebian()) {
      throw new DebianFailure.BadSignature(
          "the Release file is of the origin \"" + release.origin() + "\", not of Debian",
          where,
          "to use this archive anyway, name it with --debian-mirror URL");
    }
    release
        .validUntil()
        .filter(now::isAfter)
        .ifPresent(until -> reportExpired(suite, until, where));
    return release;
  }

  private void reportExpired(Suites.Suite suite, Instant until, String where) {
    if (apt.configuration().checksValidUntil()) {
      throw new DebianFailure.BadSignature(
          "the Release file expired at " + until,
          where,
          "use an up-to-date archive; for one that is deliberately frozen, set"
              + " Acquire::Check-Valid-Until \"false\" in apt's configuration");
    }
    // The one in the store is read again if that of the archive is older.
    if (expired.add(where)) {
      progress.warn(
          suite
              + ": the Release file expired at "
              + until
              + ", and apt's configuration accepts that (Acquire::Check-Valid-Until)");
    }
  }

  private Keyring keyring(List<String> signedBy, Instant now) {
    return options.keyrings().isEmpty() && !signedBy.isEmpty()
        ? signers(signedBy, now)
        : debian(now);
  }

  private Keyring debian(Instant now) {
    Keyring keyring = new Keyring(now);
    (options.keyrings().isEmpty() ? Keyring.defaults(options.root()) : options.keyrings())
        .forEach(keyring::add);
    if (keyring.isEmpty()) {
      throw new DebianFailure.NoKeys(
          options.root().resolve("usr/share/keyrings").toString(),
          "the keys of Debian's archive are missing from this machine");
    }
    return keyring;
  }

  /** Returns those keys of Debian's that {@code Signed-By} names. */
  private Keyring signers(List<String> signedBy, Instant now) {
    Keyring debian = debian(now);
    Keyring named = new Keyring(now);
    for (String source : signedBy) {
      if (source.startsWith("-----BEGIN")) {
        named.add(source, "Signed-By in " + options.root().resolve("etc/apt"));
      } else if (source.startsWith("/")) {
        named.add(options.root().resolve(source.substring(1)));
      } else {
        named.addAll(debian.restrictedTo(source.replaceFirst("!$", "")));
      }
    }
    return debian.restrictedTo(named);
  }

  private static Optional<byte[]> read(Path file) {
    try {
      // A file without content is not a Release, so that it counts as missing.
      return Optional.of(PlainFile.read(file, LARGEST_RELEASE))
          .filter(message -> message.length > 0);
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
    try {
      AtomicFile.write(file, bytes);
      Files.setLastModifiedTime(file, FileTime.from(now));
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }
}
