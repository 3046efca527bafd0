package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.engine.ComponentImages;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.Settings;
import linuxkit.engine.UserConfiguration;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.packaging.PackageBuilder;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;

/** {@code linuxkit pkg}: builds component images from their folders. */
final class PkgCommands {
  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  private PkgCommands(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = progress;
  }

  static CommandSyntax syntax(Terminal terminal, GlobalFlags global, Progress progress) {
    PkgCommands commands = new PkgCommands(terminal, global, progress);
    return Commands.group(terminal, "pkg", "Build component images from their folders.")
        .with(
            named(
                    command(
                        "build",
                        "Build the images that are not in the store yet.",
                        commands::build))
                .text(
                    "--platforms",
                    "LIST",
                    "Build only these, such as linux/amd64,linux/arm64 (default: all in build.yml).")
                .flag("--force", "Build images that are in the store, too.")
                .texts(
                    "--debian-mirror",
                    "URL",
                    "Debian archive for packages (default: the one in this machine's apt configuration).")
                .texts(
                    "--debian-keyring",
                    "FILE",
                    "Keys of that archive (default: the ones on this machine).")
                .arguments("1..*", "DIR…", "Folders with a build.yml.")
                .example(
                    "linuxkit pkg build pkg/*",
                    "linuxkit pkg build --platforms linux/arm64 pkg/nginx"))
        .with(
            named(
                    command(
                        "show-tag", "Print the names of the images of folders.", commands::showTag))
                .flag("--canonical", "Print the full name, including the registry.")
                .arguments("1..*", "DIR…", "Folders with a build.yml.")
                .example("linuxkit pkg show-tag pkg/init"))
        .example("linuxkit pkg build pkg/init");
  }

  private static CommandSyntax named(CommandSyntax syntax) {
    return syntax
        .text(
            "--org",
            "NAME",
            "Organisation of the images (default: LINUXKIT_PKG_ORG, or the one in build.yml).")
        .text("--tag", "TEMPLATE", "Tag of the images; {{.Hash}} stands for the hash.")
        .text("--hash", "HASH", "Use this as the hash of the folder.")
        .text("--hash-commit", "COMMIT", "Take the hash from this commit (default: HEAD).")
        .text(
            "--build-yml", "NAME", "File name of the definition in a folder (default: build.yml).")
        .flag(
            "--force-dirty", "Name the images as if the folders had changed since the last commit.")
        .flag("--dev", "Use the user's name as the organisation and 'dev' as the hash.");
  }

  private static PackageOptions options(Flags flags, Map<String, String> environment) {
    PackageOptions usual = PackageOptions.DEFAULT;
    String organisation = environment.getOrDefault("LINUXKIT_PKG_ORG", "");
    String user = environment.getOrDefault("USER", usual.user());
    Optional<String> org =
        flags.text("--org").or(() -> Optional.of(organisation).filter(name -> !name.isEmpty()));
    if (flags.isSet("--dev") && org.isEmpty() && user.isEmpty()) {
      throw new UsageFailure(
          "--dev names images after the user, but USER is not set", "set it, or give --org NAME");
    }
    return new PackageOptions(
        flags.text("--hash"),
        flags.text("--hash-commit").orElse(usual.hashCommit()),
        org,
        flags.text("--tag"),
        flags.isSet("--dev"),
        user,
        flags.isSet("--force-dirty"),
        flags.text("--build-yml").orElse(usual.buildYml()));
  }

  private int showTag(Flags flags) {
    PackageOptions options = options(flags, global.environment());
    for (String folder : flags.arguments()) {
      Reference reference = PackageFolder.read(Path.of(folder), options).reference();
      terminal
          .out()
          .println(
              flags.isSet("--canonical")
                  ? reference
                  : reference.repository() + ":" + reference.tag());
    }
    return 0;
  }

  private int build(Flags flags) {
    PackageOptions options = options(flags, global.environment());
    Settings settings = global.settings();
    UserConfiguration configuration = UserConfiguration.of(settings);
    try (ImageAccess access = new ImageAccess(settings, progress);
        PackageBuilder builder =
            ComponentImages.builder(
                access.store(),
                configuration.debian(
                    settings, flags.texts("--debian-mirror"), flags.texts("--debian-keyring")),
                settings.distribution(),
                progress)) {
      // Read all before building the first, so that mistakes are reported early.
      List<PackageFolder> folders =
          flags.arguments().stream()
              .map(folder -> PackageFolder.read(Path.of(folder), options, access.store().work()))
              .toList();
      for (PackageFolder folder : folders) {
        List<Platform> platforms =
            flags.text("--platforms").map(PkgCommands::platforms).orElse(folder.platforms());
        builder.build(folder, platforms, flags.isSet("--force"));
        terminal.out().println(folder.reference().repository() + ":" + folder.reference().tag());
      }
    }
    return 0;
  }

  private static List<Platform> platforms(String list) {
    return List.of(list.split(",", -1)).stream().map(PlatformSyntax::parse).toList();
  }
}
