package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.boot.Artefact;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Formats;
import linuxkit.boot.OutputOptions;
import linuxkit.boot.Outputs;
import linuxkit.boot.RootOptions;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.registry.Puller;
import linuxkit.system.Budget;
import linuxkit.system.FoundImages;
import linuxkit.system.Placements;
import linuxkit.system.SystemAssembler;
import linuxkit.system.SystemManifest;
import linuxkit.system.SystemTree;
import linuxkit.system.inspect.BudgetCheck;
import linuxkit.system.inspect.HtmlReport;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.inspect.Sizes;

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
                    + String.join(", ", Formats.labels())
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
    BuildTarget target = BuildTarget.of(flags);
    Platform platform = Assembly.platform(flags);
    Formats.check(target.formats(), platform);
    DiskOptions disks = DiskFlags.of(flags, target.formats());
    RootOptions roots = RootFlags.of(flags, target.formats());
    InitrdCompression compression = compression(flags);
    Budget limits = Budget.parse(flags.texts("--budget"), "--budget");
    try (Assembly assembly = new Assembly(terminal, global, progress)) {
      SystemManifest manifest = assembly.manifest(flags.arguments()).within(limits, "--budget");
      if (flags.isSet("--dry-run")) {
        terminal.out().print(manifest.toYaml(false));
        return 0;
      }
      if (target instanceof BuildTarget.Named named) {
        Outputs.check(named.directory());
      }
      Puller.When when = flags.isSet("--pull") ? Puller.When.ALWAYS : Puller.When.MISSING;
      boolean docker = flags.isSet("--docker") && when == Puller.When.MISSING;
      Images images = docker ? assembly.dockerImages() : assembly.images(when);
      FoundImages found = FoundImages.find(manifest, images, platform);
      Loaders loaders = assembly.loaders(manifest, images, platform);
      Optional<Path> report = flags.text("--report").map(Path::of);
      Optional<BuildRecord> record =
          report.isPresent() || target instanceof BuildTarget.ToStandardOutput
              ? Optional.empty()
              : assembly.record(flags, found, loaders.digests(target.formats()));
      if (record.isPresent() && record.get().isCurrent()) {
        return 0;
      }
      Progress told = record.map(BuildRecord::progress).orElse(progress);
      SystemTree system =
          SystemAssembler.assemble(found, assembly.options(flags), told, Placements.UNSEEN);
      OutputOptions options = new OutputOptions(platform, loaders, disks, roots);
      Outputs outputs = new Outputs(assembly.work(), compression, options, told);
      check(manifest.budget(), system, outputs);
      if (report.isPresent()) {
        byte[] page =
            HtmlReport.write(
                BuildTarget.name(flags), InspectedSystem.of(system), found.digests(), told);
        reported(report.get(), page, () -> write(target, system, outputs, told));
      } else {
        List<Artefact> made = write(target, system, outputs, told);
        record.ifPresent(kept -> kept.keep(made));
      }
    }
    return 0;
  }

  /** The report takes its place when the outputs have theirs. */
  private static void reported(Path report, byte[] page, Runnable outputs) {
    try (AtomicFile file = AtomicFile.create(report)) {
      file.stream().write(page);
      outputs.run();
      file.commit();
    } catch (IOException e) {
      throw FileFailure.of("cannot write the report", report, e);
    }
  }

  private static void check(Budget budget, SystemTree system, Outputs outputs) {
    if (!budget.limits().isEmpty()) {
      OptionalLong initrd =
          budget.limits().containsKey("initrd")
              ? OptionalLong.of(outputs.initrdSize(system))
              : OptionalLong.empty();
      BudgetCheck.check(budget, Sizes.of(system.files(), true), initrd);
    }
  }

  private static InitrdCompression compression(Flags flags) {
    String asked = flags.text("--initrd-compression").orElse("zstd");
    return switch (asked) {
      case "zstd" -> InitrdCompression.ZSTD;
      case "gzip" -> InitrdCompression.GZIP;
      default -> throw new UsageFailure("unknown compression: " + asked, "give zstd or gzip");
    };
  }

  private List<Artefact> write(
      BuildTarget target, SystemTree system, Outputs outputs, Progress told) {
    return switch (target) {
      case BuildTarget.Named named -> {
        told.info("Create outputs:");
        List<Artefact> made =
            outputs.write(system, named.formats(), named.directory(), named.name());
        made.forEach(artefact -> told.info("  " + artefact.path()));
        yield made;
      }
      case BuildTarget.ToFile toFile -> outputs.write(system, toFile.format(), toFile.file());
      case BuildTarget.ToStandardOutput toOutput -> {
        try {
          outputs.stream(system, toOutput.format(), terminal.out());
        } catch (IOException e) {
          throw FileFailure.of("cannot write", Path.of("standard output"), e);
        }
        yield List.of();
      }
    };
  }
}
