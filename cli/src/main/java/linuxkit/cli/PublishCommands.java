package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.base.Progress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.DockerfileFlags;
import linuxkit.cli.flags.PlatformSyntax;
import linuxkit.cli.flags.References;
import linuxkit.cli.flags.SigningFlags;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.publish.PackagePublication;
import linuxkit.engine.publish.ReleaseTags;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.RemoteTag;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;
import linuxkit.packaging.builder.Builders;
import linuxkit.packaging.builder.CacheTask;
import linuxkit.packaging.builder.ImageBuilder;
import linuxkit.packaging.git.GitRepositories;

/** {@code linuxkit pkg manifest}, {@code remote-tag} and {@code builder}, and flags for pushing. */
final class PublishCommands {
  static final Flag<Boolean> PUSH = Flag.flag("Push the images to their registry.", "--push");
  static final Flag<Optional<String>> RELEASE =
      Flag.text(
          "TAG",
          "Also give what is pushed this tag (default: the tags of the commit in git).",
          "--release");
  static final Flag<Boolean> MANIFEST =
      Flag.on(
          "Also tag each architecture's image as TAG-ARCH when pushing (default: true).",
          "--manifest");
  private static final Flag<Optional<String>> INDEX_RELEASE =
      Flag.text("TAG", "Also give the index this tag.", "--release");
  private static final Flag<Optional<String>> UNUSED_RELEASE =
      Flag.text("TAG", "Accepted for LinuxKit's scripts, without effect.", "--release");
  private static final Flag<Optional<String>> PLATFORMS =
      Flag.text(
          "LIST", "Ask the builders for these platforms (default: this machine's).", "--platforms");

  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  PublishCommands(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = progress;
  }

  CommandSyntax manifest(String name, String summary) {
    return SigningFlags.addSign(PkgCommands.named(command(name, summary, this::gather)))
        .with(INDEX_RELEASE)
        .arguments("1..*", "DIR…", PkgCommands.DIRS)
        .example("linuxkit pkg " + name + " pkg/nginx");
  }

  CommandSyntax remoteTag() {
    return command("remote-tag", "Give an image of a registry another name.", this::tag)
        .with(UNUSED_RELEASE)
        .arguments("2", "FROM TO", "The name of the image, and the name to give it.")
        .example(
            "linuxkit pkg remote-tag registry.example/app:1 registry.example/app:stable",
            "linuxkit pkg remote-tag registry.example/app:1 other.example/app:1");
  }

  CommandSyntax builder() {
    return Commands.group(terminal, "builder", "Look after the caches of builders.")
        .with(
            maintenance(CacheTask.DU, "Show what builders keep of earlier builds.")
                .example("linuxkit pkg builder du"))
        .with(
            maintenance(CacheTask.PRUNE, "Delete what builders keep and do not use.")
                .example("linuxkit pkg builder prune --builders linux/arm64=tcp://arm:1234"))
        .example("linuxkit pkg builder du");
  }

  private CommandSyntax maintenance(CacheTask task, String summary) {
    return DockerfileFlags.addConnection(
            command(task.word(), summary, flags -> maintain(task, flags)))
        .with(PLATFORMS);
  }

  private int gather(Flags flags) {
    PackageOptions options = PkgCommands.options(flags, global.environment());
    ReleaseTags releases = ReleaseTags.given(options, flags.get(INDEX_RELEASE), progress);
    try (SignedPush signing = SignedPush.of(flags, global);
        ImageAccess access = new ImageAccess(global.settings(), progress);
        GitRepositories repositories = new GitRepositories(global.environment())) {
      List<PackageFolder> folders =
          PkgCommands.folders(
              flags,
              options,
              global,
              (path, named) ->
                  PackageFolder.read(path, named, repositories, access.store().work()));
      if (flags.get(INDEX_RELEASE).isPresent()) {
        folders.forEach(releases::check);
      }
      PackagePublication publication = new PackagePublication(access, true, progress);
      Consumer<String> line = signing.gathered(access, progress, terminal.out()::line);
      folders.forEach(folder -> publication.gather(folder, releases, line));
    }
    return 0;
  }

  private int tag(Flags flags) {
    List<Reference> names =
        flags.arguments().stream()
            .map(name -> References.ofRegistry(References.withTag(Reference.parse(name))))
            .toList();
    Reference to = names.getLast();
    if (to.digest().isPresent()) {
      throw new UsageFailure("the new name " + to + " has a digest", "give it a tag only");
    }
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      RemoteTag tagging = new RemoteTag(access.store(), access.registries(), progress);
      terminal.out().line(to + "@" + tagging.tag(names.getFirst(), to));
    }
    return 0;
  }

  private int maintain(CacheTask task, Flags flags) {
    Map<String, String> environment = global.environment();
    Builders builders =
        new Builders(environment, DockerfileFlags.connection(flags, environment), progress);
    List<Platform> platforms =
        flags.get(PLATFORMS).map(PlatformSyntax::parseAll).orElse(List.of(Platform.host()));
    for (ImageBuilder builder : platforms.stream().map(builders::of).distinct().toList()) {
      builder.maintain(
          task, DockerfileFlags.instanceName(flags, environment), terminal.out()::line);
    }
    return 0;
  }
}
