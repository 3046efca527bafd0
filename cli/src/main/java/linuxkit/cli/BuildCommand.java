package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.nio.file.Path;
import linuxkit.base.Progress;
import linuxkit.boot.Format;
import linuxkit.boot.initrd.Compression;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildTarget;
import linuxkit.engine.ImageSource;
import linuxkit.engine.OutputSettings;
import linuxkit.engine.Settings;
import linuxkit.engine.SizeLimits;
import linuxkit.engine.SystemBuild;
import linuxkit.engine.SystemOptions;
import linuxkit.engine.Workspace;
import linuxkit.system.manifest.Budget;
import linuxkit.system.manifest.ManifestWriter;
import linuxkit.system.manifest.SystemManifest;

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
            .flag("--docker", "Take images that this machine's Docker Engine has from there.")
            .flag("--decompress-kernel", "Unpack a compressed kernel.")
            .text("--initrd-compression", "NAME", "zstd (default), or gzip for kernels before 5.9.")
            .text(
                "--input-tar",
                "FILE",
                "Accepted and not needed: the store knows what has not changed.")
            .list(
                new String[] {"--budget"},
                "PART=SIZE",
                "Fail when a part is larger, as in total=80M or services.web=10M; repeatable.")
            .text(
                "--report", "FILE", "Write an HTML page about the system: sizes, rights, packages.")
            .flag("--dry-run", "Print the manifest, merged and expanded, and build nothing.")
            .arguments(
                "1..*",
                "FILE…",
                "Manifests, merged in this order: files, http(s) addresses, or - for standard input.")
            .example(
                "linuxkit build examples/minimal.yml",
                "linuxkit build --format tar --o - web.yml | tar --warning=none -t",
                "linuxkit build --arch arm64 --dir out base.yml site.yml");
    return SbomFlags.add(DiskFlags.add(RootFlags.add(build)));
  }

  @Override
  public int run(Flags flags) {
    BuildRequest request = request(flags);
    Settings settings = global.settings();
    if (flags.isSet("--dry-run")) {
      try (Workspace workspace = new Workspace(settings, terminal.in(), progress)) {
        SystemManifest manifest =
            workspace
                .manifest(request.manifests())
                .within(request.limits().budget(), request.limits().origin());
        terminal.out().print(ManifestWriter.yaml(manifest, false));
      }
    } else {
      new SystemBuild(settings, terminal.in(), progress).run(request);
    }
    return 0;
  }

  private BuildRequest request(Flags flags) {
    BuildTarget target = TargetFlags.of(flags, terminal.out());
    return new BuildRequest(
        flags.arguments(),
        PlatformSyntax.ofArchitecture(flags),
        target,
        images(flags),
        new SystemOptions(flags.isSet("--decompress-kernel"), SbomFlags.of(flags)),
        new OutputSettings(
            compression(flags),
            DiskFlags.of(flags, target.formats()),
            RootFlags.of(flags, target.formats())),
        new SizeLimits(Budget.parse(flags.texts("--budget"), "--budget"), "--budget"),
        flags.text("--report").map(Path::of));
  }

  private static ImageSource images(Flags flags) {
    if (flags.isSet("--pull")) {
      return ImageSource.REGISTRY;
    }
    return flags.isSet("--docker") ? ImageSource.DOCKER : ImageSource.STORE;
  }

  private static Compression compression(Flags flags) {
    String asked = flags.text("--initrd-compression").orElse("zstd");
    return switch (asked) {
      case "zstd" -> Compression.ZSTD;
      case "gzip" -> Compression.GZIP;
      default -> throw new UsageFailure("unknown compression: " + asked, "give zstd or gzip");
    };
  }
}
