package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Formats;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.DiskFlags;
import linuxkit.cli.flags.InitrdFlags;
import linuxkit.cli.flags.LockFlags;
import linuxkit.cli.flags.PermissionFlags;
import linuxkit.cli.flags.PlatformSyntax;
import linuxkit.cli.flags.ProvenanceFlags;
import linuxkit.cli.flags.RootFlags;
import linuxkit.cli.flags.SbomFlags;
import linuxkit.cli.flags.TargetFlags;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildTarget;
import linuxkit.engine.ImageSource;
import linuxkit.engine.OutputSettings;
import linuxkit.engine.Settings;
import linuxkit.engine.SizeLimits;
import linuxkit.engine.SystemBuild;
import linuxkit.engine.SystemOptions;
import linuxkit.engine.Workspace;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.Budget;
import linuxkit.system.manifest.SystemManifest;

/** {@code linuxkit build}: builds a bootable system from manifests. */
final class BuildCommand implements Command {
  private static final Flag<Boolean> DOCKER =
      Flag.flag("Prefer images from this machine's Docker Engine.", "--docker");
  private static final Flag<Boolean> DECOMPRESS_KERNEL =
      Flag.flag("Unpack a compressed kernel.", "--decompress-kernel");
  private static final Flag<List<String>> BUDGET =
      Flag.list(
          "PART=SIZE",
          "Fail if a part is larger, as in total=80M or services.web=10M; repeatable.",
          "--budget");
  private static final Flag<Optional<String>> REPORT =
      Flag.text(
          "FILE",
          "Write an HTML report on the system's sizes, privileges and packages.",
          "--report");
  private static final Flag<Boolean> DRY_RUN =
      Flag.flag("Print the merged and expanded manifest, and build nothing.", "--dry-run");

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
            .with(TargetFlags.FORMAT)
            .with(TargetFlags.NAME)
            .with(TargetFlags.DIR)
            .with(TargetFlags.OUTPUT)
            .with(PlatformSyntax.ARCH)
            .with(TargetFlags.PULL)
            .with(DOCKER)
            .with(DECOMPRESS_KERNEL)
            .with(TargetFlags.INPUT_TAR)
            .with(BUDGET)
            .with(REPORT)
            .with(DRY_RUN)
            .arguments(
                "1..*",
                "FILE…",
                "Manifests, merged in this order: files, http(s) URLs, or - for standard input.")
            .example(
                "linuxkit build examples/minimal.yml",
                "linuxkit build --format tar --o - web.yml | tar --warning=none -t",
                "linuxkit build --arch arm64 --dir out base.yml site.yml");
    build = DiskFlags.add(RootFlags.add(InitrdFlags.add(build)));
    return PermissionFlags.add(ProvenanceFlags.add(LockFlags.add(SbomFlags.addForOutputs(build))));
  }

  @Override
  public int run(Flags flags) {
    Settings settings = global.settings();
    BuildRequest request = request(flags, settings);
    if (flags.get(DRY_RUN)) {
      try (Workspace workspace = new Workspace(settings, terminal.in(), progress)) {
        SystemManifest manifest =
            workspace
                .manifest(
                    request.manifests(), request.system().permissions(), request.system().lock())
                .within(request.limits().budget(), request.limits().origin());
        terminal.out().yaml(workspace.expanded(manifest));
      }
    } else {
      if (flags.get(TargetFlags.FORMAT).isEmpty()
          && flags.get(TargetFlags.OUTPUT).filter(BuildCommand::isUnnamedTar).isPresent()) {
        progress.info("Writing a tar archive, because --o is given without a format.");
      }
      SystemBuild build = new SystemBuild(settings, terminal.in(), progress);
      if (ProvenanceFlags.isAsked(flags)) {
        ProvenanceFlags.build(
            flags, build, request, Version.ofThisBuild().number(), terminal.environment());
      } else {
        build.run(request);
      }
    }
    return 0;
  }

  private static boolean isUnnamedTar(String file) {
    return !file.equals("-") && !file.endsWith(".tar");
  }

  private BuildRequest request(Flags flags, Settings settings) {
    BuildTarget target = TargetFlags.of(flags, terminal.out().content());
    Platform platform = PlatformSyntax.ofArchitecture(flags);
    // Before other flags are read: a format that does not exist is the mistake to report first.
    Formats.check(target.formats(), platform);
    DiskOptions disks = DiskFlags.of(flags, target.formats());
    TargetFlags.checkInput(flags, target, disks.compression());
    return new BuildRequest(
        flags.arguments(),
        platform,
        target,
        images(flags),
        new SystemOptions(
            flags.get(DECOMPRESS_KERNEL),
            SbomFlags.ofOutputs(flags),
            PermissionFlags.of(flags),
            LockFlags.of(flags)),
        new OutputSettings(
            InitrdFlags.of(flags, settings), disks, RootFlags.of(flags, target.formats())),
        new SizeLimits(Budget.parse(flags.get(BUDGET), "--budget"), "--budget"),
        flags.get(REPORT).map(Path::of));
  }

  private static ImageSource images(Flags flags) {
    if (flags.get(TargetFlags.PULL)) {
      return ImageSource.REGISTRY;
    }
    return flags.get(DOCKER) ? ImageSource.DOCKER : ImageSource.STORE;
  }
}
