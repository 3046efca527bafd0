package linuxkit.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.WorkCache;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.archive.DockerEngine;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.system.assembly.FoundImages;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.tree.AssemblyOptions;

/** From the manifests that a command names to what a system is put together from. */
final class Assembly implements AutoCloseable {
  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;
  private final ImageAccess access;
  private final Packages packages;
  // Of the sources of all manifests read.
  private final List<String> read = new ArrayList<>();

  Assembly(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = progress;
    UserConfiguration configuration = UserConfiguration.of(global);
    this.access = new ImageAccess(global, progress);
    this.packages =
        new Packages(access.store(), configuration.debian(global, List.of(), List.of()), progress);
  }

  /** Reads manifests, merged in order: files, addresses, or {@code -} for standard input. */
  SystemManifest manifest(List<String> arguments) {
    ManifestFetcher fetcher = new ManifestFetcher(terminal.in(), global, RetryPolicy.usual());
    return SystemManifest.load(
        arguments.stream().map(argument -> source(argument, fetcher)).toList(), packages, progress);
  }

  private ManifestSource source(String argument, ManifestFetcher fetcher) {
    boolean file = !argument.equals("-") && !ManifestFetcher.isAddress(argument);
    Optional<Path> folder = file ? Optional.of(folder(Path.of(argument))) : Optional.empty();
    byte[] bytes = fetcher.read(argument);
    read.add(Sha256.hex(bytes));
    return new ManifestSource(argument, bytes, folder);
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    return folder == null ? Path.of("") : folder;
  }

  /** The images of the store, of the registries, and of the packages of the manifests read. */
  Images images(Puller.When when) {
    return packages.over(access.images(when));
  }

  /** The same, those of a Docker Engine before all others. */
  Images dockerImages() {
    return DockerEngine.of(
        global.environment(), access.store(), images(Puller.When.MISSING), progress);
  }

  /** What a manifest's boot loaders are taken from, once a format asks for them. */
  Loaders loaders(SystemManifest manifest, Images images, Platform platform) {
    return new Loaders(manifest, packages, images, platform);
  }

  /**
   * The record of a build; none when there must be none, or all that the build depends on is not
   * known.
   */
  Optional<BuildRecord> record(Flags flags, FoundImages found, List<String> loaders) {
    AssemblyOptions options = options(flags);
    boolean ofNow = options.sbom().filter(sbom -> sbom.cache().isEmpty()).isPresent();
    Optional<String> program = Distribution.buildId();
    Optional<String> content = found.digest(options);
    if (ofNow || program.isEmpty() || content.isEmpty()) {
      return Optional.empty();
    }
    List<String> inputs = new ArrayList<>(flags.all());
    inputs.addAll(read);
    inputs.add(packages.resolved().toString());
    inputs.add(content.get());
    inputs.addAll(loaders);
    inputs.add(program.get());
    inputs.add(epoch());
    inputs.add(Path.of("").toAbsolutePath().toString());
    return Optional.of(new BuildRecord(work(), inputs, progress));
  }

  WorkCache work() {
    return access.store().work();
  }

  static Platform platform(Flags flags) {
    return flags.text("--arch").map(Platform::linux).orElseGet(Platform::host);
  }

  /** As the flags of a build say, where the command has those; as without them where not. */
  AssemblyOptions options(Flags flags) {
    long modified = modified();
    return new AssemblyOptions(
        modified,
        flags.isSet("--decompress-kernel"),
        Path.of(""),
        Path.of(global.environment().getOrDefault("HOME", "")),
        work(),
        SbomFlags.of(flags).options(modified, !epoch().isEmpty(), Clock.systemUTC(), work()));
  }

  private long modified() {
    String epoch = epoch();
    if (epoch.isEmpty()) {
      return AssemblyOptions.DEFAULT_MODIFIED;
    }
    if (!epoch.matches("[0-9]{1,11}")) {
      throw new UsageFailure(
          "SOURCE_DATE_EPOCH is not a time: " + epoch, "set it to seconds since 1970, or unset it");
    }
    return Long.parseLong(epoch);
  }

  private String epoch() {
    return global.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
  }

  @Override
  public void close() {
    packages.close();
    access.close();
  }
}
