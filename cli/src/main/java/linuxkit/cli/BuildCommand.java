package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.WorkCache;
import linuxkit.boot.Format;
import linuxkit.boot.Outputs;
import linuxkit.boot.initrd.Compression;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.registry.Puller;
import linuxkit.system.AssemblyOptions;
import linuxkit.system.ManifestSource;
import linuxkit.system.SystemAssembler;
import linuxkit.system.SystemManifest;
import linuxkit.system.SystemTree;

/** {@code linuxkit build}: from a manifest to a bootable system. */
final class BuildCommand implements Command {
  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  private BuildCommand(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = progress;
  }

  static CommandSyntax syntax(Terminal terminal, GlobalFlags global, Progress progress) {
    CommandSyntax build =
        command(
                "build",
                "Build a system from a manifest.",
                new BuildCommand(terminal, global, progress))
            .list(
                new String[] {"-f", "--format"},
                "FORMAT",
                "What to make: "
                    + String.join(", ", Format.labels())
                    + " (default: kernel+initrd); repeatable.")
            .text(
                "--name", "NAME", "Base name of what is made (default: that of the last manifest).")
            .text("--dir", "DIR", "Where to put it (default: here).")
            .text(
                new String[] {"-o", "--o"},
                "FILE",
                "Write the only output to this file; - is standard output.")
            .text(
                "--arch",
                "ARCH",
                "Architecture of the system: amd64, arm64 (default: this machine's).")
            .flag("--pull", "Ask the registries for images that the store has too.")
            .flag("--decompress-kernel", "Unpack a compressed kernel.")
            .text("--initrd-compression", "NAME", "zstd (default), or gzip for kernels before 5.9.")
            .text(
                "--input-tar",
                "FILE",
                "Accepted and not needed: the store knows what has not changed.")
            .flag("--dry-run", "Print the manifest, merged and expanded, and build nothing.")
            .arguments(
                "1..*",
                "FILE…",
                "Manifests, merged in this order: files, http(s) addresses, or - for standard input.")
            .example(
                "linuxkit build examples/minimal.yml",
                "linuxkit build --format tar --o - web.yml | tar -t",
                "linuxkit build --arch arm64 --dir out base.yml site.yml");
    return SbomFlags.add(build);
  }

  @Override
  public int run(Flags flags) {
    BuildTarget target = BuildTarget.of(flags);
    Compression compression = compression(flags);
    SbomFlags sbom = SbomFlags.of(flags);
    ManifestFetcher fetcher = new ManifestFetcher(terminal.in());
    List<ManifestSource> sources =
        flags.arguments().stream().map(argument -> source(argument, fetcher)).toList();
    UserConfiguration configuration = UserConfiguration.of(global);
    try (ImageAccess access = new ImageAccess(global, progress);
        Packages packages =
            new Packages(
                access.store(),
                configuration.debian(global.cache(), List.of(), List.of()),
                progress)) {
      SystemManifest manifest = SystemManifest.load(sources, packages, progress);
      if (flags.isSet("--dry-run")) {
        terminal.out().print(manifest.toYaml(false));
        return 0;
      }
      Images images =
          packages.over(
              access.images(flags.isSet("--pull") ? Puller.When.ALWAYS : Puller.When.MISSING));
      SystemTree system =
          SystemAssembler.assemble(
              manifest,
              images,
              platform(flags),
              assemblyOptions(flags, sbom, access.store().work()),
              progress);
      write(target, system, new Outputs(access.store().work(), compression, progress));
    }
    return 0;
  }

  private static ManifestSource source(String argument, ManifestFetcher fetcher) {
    boolean file = !argument.equals("-") && !ManifestFetcher.isAddress(argument);
    Optional<Path> folder = file ? Optional.of(folder(Path.of(argument))) : Optional.empty();
    return new ManifestSource(argument, fetcher.read(argument), folder);
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    return folder == null ? Path.of("") : folder;
  }

  private static Platform platform(Flags flags) {
    return flags.text("--arch").map(Platform::linux).orElseGet(Platform::host);
  }

  private AssemblyOptions assemblyOptions(Flags flags, SbomFlags sbom, WorkCache cache) {
    long modified = modified();
    return new AssemblyOptions(
        modified,
        flags.isSet("--decompress-kernel"),
        Path.of(""),
        Path.of(global.environment().getOrDefault("HOME", "")),
        cache,
        sbom.options(modified, !epoch().isEmpty(), Clock.systemUTC(), cache));
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

  private static Compression compression(Flags flags) {
    return switch (flags.text("--initrd-compression").orElse("zstd")) {
      case "zstd" -> Compression.ZSTD;
      case "gzip" -> Compression.GZIP;
      case String other ->
          throw new UsageFailure("unknown compression: " + other, "give zstd or gzip");
    };
  }

  private void write(BuildTarget target, SystemTree system, Outputs outputs) {
    switch (target) {
      case BuildTarget.Named named -> {
        progress.info("Create outputs:");
        outputs
            .write(system, named.formats(), named.directory(), named.name())
            .forEach(path -> progress.info("  " + path));
      }
      case BuildTarget.ToFile toFile -> outputs.write(system, toFile.format(), toFile.file());
      case BuildTarget.ToStandardOutput toOutput -> {
        try {
          outputs.stream(system, toOutput.format(), terminal.out());
        } catch (IOException e) {
          throw FileFailure.of("cannot write", Path.of("standard output"), e);
        }
        if (terminal.out().checkError()) {
          throw new UsageFailure("standard output was closed before all was written", "");
        }
      }
    }
  }
}
