package linuxkit.packaging.debian;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import org.tukaani.xz.XZInputStream;

/**
 * Debian's archive: signatures and hashes are verified on the way in, and hashes again whenever
 * something of the cache is used. For one thread.
 */
public final class DebianArchive implements AutoCloseable {
  /** How long a Release file serves without asking whether there is a newer one. */
  static final Duration FRESH = Duration.ofHours(1);

  private static final int LARGEST_RELEASE = 16 << 20;
  private static final int XZ_MEMORY_KIB = 256 << 10;

  /** Kept in place of a Release file that the archive does not have. */
  private static final byte[] ABSENT = new byte[0];

  /** Of one component, on purpose: what is not free software is named by nobody by accident. */
  private static final String COMPONENT = "main";

  private final DebianOptions options;
  private final Progress progress;
  private final AptSources apt;
  private final Fetcher fetcher;
  private final Map<String, PackageIndex> indexes = new HashMap<>();
  private final Map<Suites.Suite, Optional<Release>> releases = new HashMap<>();

  /** Nothing is read from the network before it is needed. */
  public DebianArchive(DebianOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
    this.apt = AptSources.read(options.root().resolve("etc/apt"));
    this.fetcher = new Fetcher(apt.configuration(), progress);
  }

  /**
   * Finds packages and all that they depend on, in the order in which they are unpacked.
   *
   * @param architecture in Debian's words, which for amd64 and arm64 are also Go's
   * @param wanted names, or {@code name=version}
   * @param exclude names whose dependencies count as met
   * @param recommends whether recommended packages come too
   * @throws DebianFailure when that cannot be
   */
  public List<DebianPackage> resolve(
      String suite,
      String architecture,
      List<String> wanted,
      List<String> exclude,
      boolean recommends) {
    PackageIndex index =
        indexes.computeIfAbsent(suite + "/" + architecture, _ -> index(suite, architecture));
    return new Resolver(index, suite, architecture, new HashSet<>(exclude), recommends)
        .resolve(wanted).stream().map(Resolver.Chosen::pack).toList();
  }

  /**
   * The {@code .deb} of a package, from the cache or the archive, verified just now.
   *
   * @throws DebianFailure when it cannot be had
   */
  public Path fetch(DebianPackage pack) {
    return fetch(pack.toString(), pack.location(), pack.size(), pack.sha256());
  }

  private Path fetch(String label, URI uri, long size, String sha256) {
    Path file = options.cache().resolve("sha256").resolve(sha256);
    if (!isWhole(file, size, sha256)) {
      prepare(file);
      fetcher.download(label, uri, size, sha256, file);
    }
    return file;
  }

  private static boolean isWhole(Path file, long size, String sha256) {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      return Files.size(file) == size
          && in.transferTo(OutputStream.nullOutputStream()) == size
          && HexFormat.of().formatHex(digest.digest()).equals(sha256);
    } catch (IOException e) {
      // Missing or unreadable, it is had from the archive.
      return false;
    }
  }

  private static void prepare(Path file) {
    try {
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot make the folder of", file, e);
    }
  }

  private PackageIndex index(String suite, String architecture) {
    List<Suites.Suite> suites =
        options.mirrors().isEmpty()
            ? Suites.ofApt(apt, suite)
            : Suites.ofMirrors(options.mirrors(), suite);
    if (suites.isEmpty()) {
      throw new DebianFailure.NoMirror(options.root().resolve("etc/apt"));
    }
    PackageIndex index = new PackageIndex();
    List<Suites.Suite> missing = new ArrayList<>();
    boolean any = false;
    for (Suites.Suite part : suites) {
      Optional<Release> release = releases.computeIfAbsent(part, this::release);
      if (release.isPresent()) {
        add(part, release.get(), architecture, index);
        any |= part.name().equals(suite);
      } else {
        missing.add(part);
      }
    }
    if (!any) {
      throw new DebianFailure.Missing(suites.getFirst().resolve("InRelease").toString());
    }
    for (Suites.Suite part : missing) {
      progress.warn("The Debian archive " + part.archive() + " has no suite " + part.name() + ".");
    }
    return index;
  }

  private void add(Suites.Suite suite, Release release, String architecture, PackageIndex into) {
    Release.IndexFile index =
        release
            .packages(COMPONENT, architecture)
            .orElseThrow(
                () ->
                    new DebianFailure.Missing(
                        suite.resolve(COMPONENT + "/binary-" + architecture).toString()));
    int slash = index.name().lastIndexOf('/') + 1;
    String path =
        release.byHash()
            ? index.name().substring(0, slash) + "by-hash/SHA256/" + index.sha256()
            : index.name();
    Path file;
    try {
      file =
          fetch(
              suite.name() + "/" + index.name(), suite.resolve(path), index.size(), index.sha256());
    } catch (DebianFailure.Missing | DebianFailure.WrongContent e) {
      // The archive has moved on since the Release was read: the next time begins with a new one.
      forget(suite);
      throw e;
    }
    try (InputStream in = decompress(index.name(), file)) {
      into.add(in, suite.archive());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the index of packages", file, e);
    }
  }

  private static InputStream decompress(String name, Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    if (name.endsWith(".xz")) {
      return new XZInputStream(in, XZ_MEMORY_KIB);
    }
    return name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private Path releaseFile(Suites.Suite suite) {
    String name = suite.resolve("InRelease").toString().replaceAll("[^A-Za-z0-9.-]", "_");
    return options.cache().resolve("lists").resolve(name);
  }

  private void forget(Suites.Suite suite) {
    try {
      Files.deleteIfExists(releaseFile(suite));
    } catch (IOException e) {
      progress.detail("cannot remove " + releaseFile(suite));
    }
  }

  /** Empty when the archive has no such suite. */
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
        keep(file, fetched.orElse(ABSENT), now);
        return release;
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
    prepare(file);
    try {
      AtomicFile.write(file, bytes);
      Files.setLastModifiedTime(file, FileTime.from(now));
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
