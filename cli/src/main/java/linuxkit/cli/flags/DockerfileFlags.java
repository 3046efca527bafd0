package linuxkit.cli.flags;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.dockerfile.DockerfileOptions;

/** The flags for components that are built from a Dockerfile. */
public final class DockerfileFlags {
  private static final Flag<Optional<String>> BUILDER =
      Flag.text(
          "NAME",
          "Build Dockerfiles with buildctl, docker or buildah (default: the first that works).",
          "--builder");
  private static final Flag<List<String>> BUILDERS =
      Flag.texts(
          "PLATFORM=ADDRESS",
          "Builder for a platform: an address of BuildKit or Docker, or a Docker context.",
          "--builders");
  private static final Flag<Optional<String>> TLS =
      Flag.text(
          "DIR",
          "Certificates for builders at tcp://: ca.pem, cert.pem, key.pem.",
          "--builder-tls");
  private static final Flag<Optional<String>> INSTANCE =
      Flag.text(
          "NAME", "Use this builder of docker buildx; create it if missing.", "--builder-name");
  private static final Flag<Optional<String>> IMAGE =
      Flag.text("IMAGE", "Create the builder of docker buildx from this image.", "--builder-image");
  private static final Flag<Optional<String>> CONFIG =
      Flag.text("FILE", "Create it with this configuration of BuildKit.", "--builder-config");
  private static final Flag<Boolean> RESTART =
      Flag.flag(
          "Create the builder of docker buildx again; its cache is kept.", "--builder-restart");
  private static final Flag<List<String>> CACHE_FROM =
      Flag.texts(
          "CACHE", "Use results of this cache, such as type=registry,ref=IMAGE.", "--cache-from");
  private static final Flag<List<String>> CACHE_TO =
      Flag.texts("CACHE", "Store results in this cache.", "--cache-to");
  private static final Flag<List<String>> SSH =
      Flag.texts("AGENT", "Let commands of Dockerfiles use an SSH agent or key: default.", "--ssh");
  private static final Flag<Optional<String>> SCANNER =
      Flag.text(
          "IMAGE",
          "Image that makes bills of materials (default: BuildKit's; false for none).",
          "--sbom-scanner");
  private static final Flag<Optional<String>> PROGRESS =
      Flag.text("MODE", "Show what the builder writes: auto, plain, tty, quiet.", "--progress");
  private static final Flag<Optional<String>> DOCKERFILE =
      Flag.text("PATH", "Path of the Dockerfile in a folder.", "--dockerfile");
  private static final Flag<List<String>> ARGUMENTS =
      Flag.texts("FILE", "Take build arguments from this file; repeatable.", "--build-arg-file");
  private static final Flag<Boolean> IGNORE =
      Flag.flag("Do not use images of the store as bases.", "--ignore-cached");
  private static final Flag<Boolean> PREFETCH =
      Flag.flag("Pull the bases into the store first.", "--precache-images");
  private static final Flag<Boolean> NETWORK =
      Flag.flag("Let commands of Dockerfiles use the network.", "--network");
  private static final Flag<Boolean> NO_NETWORK =
      Flag.flag("Keep commands of Dockerfiles from the network.", "--nonetwork");
  private static final Flag<Boolean> CACHE =
      Flag.flag("Use results of earlier builds.", "--enable-cache");
  private static final Flag<Boolean> NO_CACHE =
      Flag.flag("Use no results of earlier builds.", "--disable-cache");
  private static final List<Flag<?>> ALL =
      List.of(
          BUILDER,
          BUILDERS,
          TLS,
          INSTANCE,
          IMAGE,
          CONFIG,
          RESTART,
          CACHE_FROM,
          CACHE_TO,
          SSH,
          SCANNER,
          PROGRESS,
          DOCKERFILE,
          ARGUMENTS,
          IGNORE,
          PREFETCH,
          NETWORK,
          NO_NETWORK,
          CACHE,
          NO_CACHE);
  private static final List<String> MODES =
      List.of("auto", "plain", "tty", "quiet", "none", "rawjson");

  private DockerfileFlags() {}

  /** Adds the flags to a command. */
  public static CommandSyntax add(CommandSyntax syntax) {
    ALL.forEach(syntax::with);
    return syntax;
  }

  /** Adds the flags that say where builders are. */
  public static CommandSyntax addConnection(CommandSyntax syntax) {
    List.of(BUILDER, BUILDERS, TLS, INSTANCE, IMAGE, CONFIG).forEach(syntax::with);
    return syntax;
  }

  /** Returns where builders are. No builder of {@code docker buildx} is created with this. */
  public static BuilderOptions connection(Flags flags, Map<String, String> environment) {
    BuilderOptions usual = BuilderOptions.ofManifests(environment);
    return new BuilderOptions(
        flags.get(BUILDER),
        addresses(flags, environment),
        usual.instance(),
        tls(flags, environment),
        usual.cache(),
        usual.ssh(),
        usual.sbomScanner(),
        usual.progress());
  }

  /** Returns the name of the builder of {@code docker buildx}; empty for the current one. */
  public static Optional<String> instanceName(Flags flags, Map<String, String> environment) {
    return flags.get(INSTANCE).or(() -> variable("LINUXKIT_BUILDER_NAME", environment));
  }

  private static Map<String, String> addresses(Flags flags, Map<String, String> environment) {
    Map<String, String> addresses =
        new HashMap<>(BuilderOptions.addresses(environment.getOrDefault("LINUXKIT_BUILDERS", "")));
    flags.get(BUILDERS).forEach(list -> addresses.putAll(BuilderOptions.addresses(list)));
    return addresses;
  }

  /** Returns what the flags, and the variables of the environment, say about builders. */
  public static BuilderOptions builders(Flags flags, Map<String, String> environment) {
    String progress = flags.get(PROGRESS).orElse("auto");
    if (!MODES.contains(progress)) {
      throw new UsageFailure(
          "not a kind of progress: " + progress, "use one of auto, plain, tty and quiet");
    }
    return new BuilderOptions(
        flags.get(BUILDER),
        addresses(flags, environment),
        instance(flags, environment),
        tls(flags, environment),
        new BuilderOptions.Caches(flags.get(CACHE_FROM), flags.get(CACHE_TO)),
        flags.get(SSH),
        flags.get(SCANNER).orElse(""),
        progress);
  }

  private static Optional<Path> tls(Flags flags, Map<String, String> environment) {
    boolean verified = !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty();
    return flags
        .get(TLS)
        .or(() -> verified ? variable("DOCKER_CERT_PATH", environment) : Optional.empty())
        .map(Path::of);
  }

  private static Optional<BuilderOptions.Instance> instance(
      Flags flags, Map<String, String> environment) {
    Optional<String> name = instanceName(flags, environment);
    Optional<String> image =
        flags.get(IMAGE).or(() -> variable("LINUXKIT_BUILDER_IMAGE", environment));
    Optional<Path> config =
        flags.get(CONFIG).or(() -> variable("LINUXKIT_BUILDER_CONFIG", environment)).map(Path::of);
    if (config.isPresent() && !Files.isRegularFile(config.get())) {
      throw new UsageFailure(
          "the builder's configuration is missing: " + config.get(),
          "check --builder-config and LINUXKIT_BUILDER_CONFIG");
    }
    boolean restart = flags.get(RESTART);
    return name.isEmpty() && image.isEmpty() && config.isEmpty() && !restart
        ? Optional.empty()
        : Optional.of(
            new BuilderOptions.Instance(
                name.orElse(BuilderOptions.Instance.DEFAULT_NAME), image, config, restart));
  }

  private static Optional<String> variable(String name, Map<String, String> environment) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Returns what the flags say about Dockerfiles.
   *
   * @param version of the running program
   * @param commit of the running program; empty if it is not known
   */
  public static DockerfileOptions options(Flags flags, String version, String commit) {
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put("org.mobyproject.linuxkit.version", version);
    if (!commit.isEmpty()) {
      labels.put("org.mobyproject.linuxkit.revision", commit);
    }
    return new DockerfileOptions(
        flags.get(DOCKERFILE),
        choice(flags, NETWORK, NO_NETWORK),
        choice(flags, NO_CACHE, CACHE),
        flags.get(ARGUMENTS).stream().map(Path::of).toList(),
        flags.get(IGNORE),
        flags.get(PREFETCH),
        false,
        labels);
  }

  private static Optional<Boolean> choice(Flags flags, Flag<Boolean> yes, Flag<Boolean> no) {
    if (flags.get(yes) && flags.get(no)) {
      throw new UsageFailure(
          yes.name() + " and " + no.name() + " contradict each other", "use one of them");
    }
    return flags.get(yes)
        ? Optional.of(true)
        : flags.get(no) ? Optional.of(false) : Optional.empty();
  }
}
