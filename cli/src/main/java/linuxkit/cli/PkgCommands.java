package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import linuxkit.base.Progress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.DockerfileFlags;
import linuxkit.cli.flags.PlatformSyntax;
import linuxkit.cli.flags.SigningFlags;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ComponentImages;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.PackageBuilds;
import linuxkit.engine.Settings;
import linuxkit.engine.UserConfiguration;
import linuxkit.engine.publish.PackagePublication;
import linuxkit.engine.publish.ReleaseTags;
import linuxkit.packaging.DockerfileImages;
import linuxkit.packaging.PackageBuilder;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.builtin.BuiltinComponents;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import linuxkit.packaging.git.GitRepositories;

/** {@code linuxkit pkg}: builds component images from their folders. */
final class PkgCommands {
  private static final Flag<Optional<String>> PLATFORMS =
      Flag.text(
          "LIST",
          "Build only these platforms, such as linux/amd64,linux/arm64 (default: all in build.yml).",
          "--platforms");
  private static final Flag<Boolean> FORCE =
      Flag.flag("Rebuild images that are already in the store.", "--force");
  static final String DIRS = "Folders with a build.yml, or builtin:NAME for those of linuxkit.";
  private static final Flag<Optional<String>> SKIP =
      Flag.text("LIST", "Do not build these platforms.", "--skip-platforms");
  private static final Flag<Boolean> PULL =
      Flag.flag("Fetch images that the registry has, instead of building them.", "--pull");
  private static final Flag<Boolean> NO_BUILD =
      Flag.flag("Build nothing; use what the store has.", "--nobuild");
  private static final Flag<Boolean> DOCKER =
      Flag.flag("Also load the images into Docker; implies --pull.", "--docker");
  private static final Flag<Boolean> DRY_RUN =
      Flag.flag("Print the builder's commands for Dockerfiles, and build nothing.", "--dry-run");
  private static final Flag<List<String>> DEBIAN_MIRROR =
      Flag.texts(
          "URL",
          "Debian archive for packages (default: the one in this machine's apt configuration).",
          "--debian-mirror");
  private static final Flag<List<String>> DEBIAN_KEYRING =
      Flag.texts("FILE", "Keyring of that archive (default: this machine's).", "--debian-keyring");
  private static final Flag<List<String>> DEBIAN_WITHOUT =
      Flag.list(
          "PART",
          "Build without updates or security, if the archive does not have them.",
          "--debian-without");
  private static final Flag<Boolean> CANONICAL =
      Flag.flag("Print the full name, including the registry.", "--canonical");
  private static final Flag<Optional<String>> ORG =
      Flag.text(
          "NAME",
          "Organisation of the images (default: $LINUXKIT_PKG_ORG, or the one in build.yml).",
          "--org");
  private static final Flag<Optional<String>> TAG =
      Flag.text("TEMPLATE", "Tag of the images; {{.Hash}} stands for the hash.", "--tag");
  private static final Flag<Optional<String>> HASH =
      Flag.text("HASH", "Use this hash instead of the folder's.", "--hash");
  private static final Flag<Optional<String>> HASH_PATH =
      Flag.text("DIR", "Take the hash of this folder around the component's.", "--hash-path");
  private static final Flag<Optional<String>> HASH_COMMIT =
      Flag.text("COMMIT", "Take the hash from this commit (default: HEAD).", "--hash-commit");
  private static final Flag<Optional<String>> BUILD_YML =
      Flag.text(
          "NAME", "File name of the definition in a folder (default: build.yml).", "--build-yml");
  private static final Flag<Boolean> FORCE_DIRTY =
      Flag.flag(
          "Name the images as if the folders had changed since the last commit.", "--force-dirty");
  private static final Flag<Boolean> DEV =
      Flag.flag("Use the user's name as the organisation and 'dev' as the hash.", "--dev");

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
    PublishCommands publish = new PublishCommands(terminal, global, progress);
    // LinuxKit's scripts have the flags for names before the command, too.
    return named(Commands.group(terminal, "pkg", "Build component images from their folders."))
        .with(
            builds(
                    command(
                        "build",
                        "Build the images that are not in the store yet.",
                        flags -> commands.build(flags, flags.get(PublishCommands.PUSH))))
                .with(PublishCommands.PUSH)
                .example(
                    "linuxkit pkg build pkg/*",
                    "linuxkit pkg build --platforms linux/arm64 pkg/nginx",
                    "linuxkit pkg build --push --release v1.2 pkg/nginx",
                    "linuxkit pkg build --sign builder.pem pkg/nginx"))
        .with(
            builds(
                    command(
                        "push",
                        "Build the images and push them to their registry.",
                        flags -> commands.build(flags, true)))
                .with(PublishCommands.PUSH)
                .example("linuxkit pkg push pkg/nginx", "linuxkit pkg push --nobuild pkg/nginx"))
        .with(publish.manifest("manifest", "Make an index of what several machines have pushed."))
        .with(publish.manifest("index", "Make an index: another name for 'manifest'."))
        .with(publish.remoteTag())
        .with(publish.builder())
        .with(
            named(command("show-tag", "Print the image name of each folder.", commands::showTag))
                .with(CANONICAL)
                .arguments("1..*", "DIR…", DIRS)
                .example("linuxkit pkg show-tag pkg/init"))
        .example("linuxkit pkg build pkg/init");
  }

  private static CommandSyntax builds(CommandSyntax syntax) {
    return SigningFlags.addSign(DockerfileFlags.add(named(syntax)))
        .with(PLATFORMS)
        .with(SKIP)
        .with(FORCE)
        .with(PULL)
        .with(NO_BUILD)
        .with(DOCKER)
        .with(DRY_RUN)
        .with(PublishCommands.RELEASE)
        .with(PublishCommands.MANIFEST)
        .with(DEBIAN_MIRROR)
        .with(DEBIAN_KEYRING)
        .with(DEBIAN_WITHOUT)
        .arguments("1..*", "DIR…", DIRS);
  }

  static CommandSyntax named(CommandSyntax syntax) {
    return syntax
        .with(ORG)
        .with(TAG)
        .with(HASH)
        .with(HASH_PATH)
        .with(HASH_COMMIT)
        .with(BUILD_YML)
        .with(FORCE_DIRTY)
        .with(DEV);
  }

  static PackageOptions options(Flags flags, Map<String, String> environment) {
    PackageOptions usual = PackageOptions.DEFAULT;
    String organisation = environment.getOrDefault("LINUXKIT_PKG_ORG", "");
    String user = environment.getOrDefault("USER", "");
    Optional<String> org =
        flags.get(ORG).or(() -> Optional.of(organisation).filter(name -> !name.isEmpty()));
    if (flags.get(DEV) && org.isEmpty() && user.isEmpty()) {
      throw new UsageFailure(
          "--dev names images after the user, but the variable USER is not set",
          "set it, or use --org NAME");
    }
    return new PackageOptions(
        flags.get(HASH),
        flags.get(HASH_PATH).map(Path::of),
        flags.get(HASH_COMMIT).orElse(usual.hashCommit()),
        org,
        flags.get(TAG),
        flags.get(DEV) ? Optional.of(user) : Optional.empty(),
        flags.get(FORCE_DIRTY),
        flags.get(BUILD_YML).orElse(usual.buildYml()));
  }

  private int showTag(Flags flags) {
    PackageOptions options = options(flags, global.environment());
    Map<String, String> environment = global.environment();
    for (PackageFolder found :
        folders(
            flags,
            options,
            global,
            (path, named) -> PackageFolder.read(path, named, environment))) {
      terminal.out().line(flags.get(CANONICAL) ? found.reference().toString() : found.shortName());
    }
    return 0;
  }

  static List<PackageFolder> folders(
      Flags flags,
      PackageOptions options,
      GlobalFlags global,
      BiFunction<Path, PackageOptions, PackageFolder> reader) {
    List<PackageFolder> folders = new ArrayList<>();
    for (String argument : flags.arguments()) {
      if (argument.startsWith(BuiltinComponents.PREFIX)) {
        Settings settings = global.settings();
        BuiltinComponents builtin = UserConfiguration.of(settings).builtin(settings);
        (argument.equals(BuiltinComponents.ALL)
                ? builtin.selfContained()
                : List.of(argument.substring(BuiltinComponents.PREFIX.length())))
            .forEach(name -> folders.add(builtin.read(name, options, reader)));
      } else {
        folders.add(reader.apply(Path.of(argument), options));
      }
    }
    return folders;
  }

  private int build(Flags flags, boolean push) {
    PackageOptions options = options(flags, global.environment());
    PackageBuilds.Request request = request(flags, push);
    BuilderOptions builders = DockerfileFlags.builders(flags, global.environment());
    Version version = Version.ofThisBuild();
    DockerfileOptions dockerfile =
        DockerfileFlags.options(flags, version.number(), version.commit());
    Settings settings = global.settings();
    UserConfiguration configuration = UserConfiguration.of(settings);
    try (SignedPush signing = SignedPush.of(flags, global);
        ImageAccess access = new ImageAccess(settings, progress);
        GitRepositories repositories = new GitRepositories(settings.environment());
        PackageBuilder builder =
            ComponentImages.builder(
                access.store(),
                configuration.debian(
                    settings,
                    flags.get(DEBIAN_MIRROR),
                    flags.get(DEBIAN_KEYRING),
                    flags.get(DEBIAN_WITHOUT)),
                settings.distribution(),
                progress)) {
      // Read all before building the first, so that mistakes are reported early.
      List<PackageFolder> folders =
          folders(
              flags,
              options,
              global,
              (path, named) ->
                  PackageFolder.read(path, named, repositories, access.store().work()));
      DockerfileImages dockerfiles =
          PackageBuilds.dockerfiles(access, settings, builders, dockerfile, progress);
      PackageBuilder all = builder.with(() -> dockerfiles);
      PackageBuilds builds = new PackageBuilds(access, all, dockerfiles, progress);
      if (flags.get(DRY_RUN)) {
        folders.forEach(folder -> builds.describe(folder, request, terminal.out()::line));
      } else if (push) {
        PackagePublication publication =
            new PackagePublication(access, flags.get(PublishCommands.MANIFEST), progress);
        ReleaseTags releases =
            ReleaseTags.of(options, flags.get(PublishCommands.RELEASE), repositories, progress);
        folders.forEach(releases::check);
        Consumer<String> line = signing.pushed(access, progress, terminal.out()::line);
        builds.build(
            folders, request, result -> publication.push(all, request, result, releases, line));
      } else {
        builds.build(
            folders,
            request,
            result -> {
              signing.built(access, progress, result.folder().reference());
              terminal.out().line(result.folder().shortName());
            });
      }
    }
    return 0;
  }

  private static PackageBuilds.Request request(Flags flags, boolean push) {
    contradict(flags, FORCE, PULL);
    contradict(flags, FORCE, NO_BUILD);
    if (flags.get(PLATFORMS).isPresent() && flags.get(SKIP).isPresent()) {
      throw new UsageFailure(
          "--platforms and --skip-platforms contradict each other", "use one of them");
    }
    return new PackageBuilds.Request(
        flags.get(PLATFORMS).map(PlatformSyntax::parseAll).orElse(List.of()),
        flags.get(SKIP).map(PlatformSyntax::parseAll).orElse(List.of()),
        flags.get(FORCE),
        flags.get(PULL) || (flags.get(DOCKER) && !flags.get(FORCE)),
        flags.get(NO_BUILD),
        flags.get(DOCKER),
        push);
  }

  private static void contradict(Flags flags, Flag<Boolean> one, Flag<Boolean> other) {
    if (flags.get(one) && flags.get(other)) {
      throw new UsageFailure(
          one.name() + " and " + other.name() + " contradict each other", "use one of them");
    }
  }
}
