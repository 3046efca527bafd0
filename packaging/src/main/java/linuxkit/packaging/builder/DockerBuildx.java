package linuxkit.packaging.builder;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.FileFailure;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageExport;

/** BuildKit inside Docker's engine, or in a builder of {@code docker buildx}. */
final class DockerBuildx implements ImageBuilder {
  static final String NAME = "docker";

  private static final Pattern DRIVER = Pattern.compile("(?m)^Driver:\\s+(\\S+)");

  private final BuilderProgram program;
  private final List<String> connection;
  private final Optional<String> instance;
  private final boolean archives;

  private DockerBuildx(
      BuilderProgram program,
      List<String> connection,
      Optional<String> instance,
      boolean archives) {
    this.program = program;
    this.connection = connection;
    this.instance = instance;
    this.archives = archives;
  }

  /**
   * @param address of an engine, or the name of a context of Docker; empty for the current one
   * @throws BuilderFailure if it cannot be used
   */
  static DockerBuildx connect(BuilderProgram program, Optional<String> address) {
    List<String> connection = connection(program, address);
    probe(program, connection, "its plugin buildx is missing: ", "buildx", "version");
    probe(
        program,
        connection,
        "the engine does not answer: ",
        "version",
        "--format",
        "{{.Server.Version}}");
    Optional<String> instance =
        program.options().instance().map(wanted -> create(program, connection, wanted));
    return new DockerBuildx(
        program, connection, instance, writesArchives(program, connection, instance));
  }

  private static List<String> connection(BuilderProgram program, Optional<String> address) {
    CommandLine line = new CommandLine();
    address.ifPresent(to -> line.add(to.contains("://") ? "--host" : "--context", to));
    if (address.filter(to -> to.startsWith("tcp://")).isPresent()) {
      program
          .options()
          .tls()
          .ifPresent(
              folder ->
                  line.add("--tlsverify")
                      .add("--tlscacert", folder.resolve("ca.pem").toString())
                      .add("--tlscert", folder.resolve("cert.pem").toString())
                      .add("--tlskey", folder.resolve("key.pem").toString()));
    }
    return line.words();
  }

  private static ChildProcess.Result probe(
      BuilderProgram program, List<String> connection, String why, String... words) {
    ChildProcess.Result result = program.probe(with(connection, List.of(words)), Map.of());
    if (!result.succeeded()) {
      throw BuilderFailure.unusable(NAME, why + Builders.lastLine(result));
    }
    return result;
  }

  private static List<String> with(List<String> connection, List<String> words) {
    List<String> all = new ArrayList<>(connection);
    all.addAll(words);
    return all;
  }

  private static String create(
      BuilderProgram program, List<String> connection, BuilderOptions.Instance wanted) {
    boolean exists =
        program
            .probe(with(connection, List.of("buildx", "inspect", wanted.name())), Map.of())
            .succeeded();
    if (exists && wanted.restart()) {
      program.run(
          with(connection, List.of("buildx", "rm", "--keep-state", wanted.name())),
          Map.of(),
          wanted.name());
    }
    if (!exists || wanted.restart()) {
      CommandLine line =
          new CommandLine()
              .add("buildx", "create", "--name", wanted.name(), "--driver", "docker-container");
      wanted.image().ifPresent(image -> line.add("--driver-opt", "image=" + image));
      wanted.config().ifPresent(config -> line.add("--config", config.toString()));
      program.run(with(connection, line.words()), Map.of(), wanted.name());
    }
    return wanted.name();
  }

  // An engine without containerd's image store has BuildKit, but exports no OCI archives.
  private static boolean writesArchives(
      BuilderProgram program, List<String> connection, Optional<String> instance) {
    CommandLine line = new CommandLine().add("buildx", "inspect");
    instance.ifPresent(line::add);
    Matcher driver = DRIVER.matcher(program.probe(with(connection, line.words()), Map.of()).text());
    if (driver.find() && !driver.group(1).equals("docker")) {
      return true;
    }
    return program
        .probe(with(connection, List.of("info", "--format", "{{.DriverStatus}}")), Map.of())
        .text()
        .contains("io.containerd.snapshotter");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean makesAttestations() {
    return archives;
  }

  @Override
  public List<String> command(ImageRequest request, Path archive) {
    return program.line(toArchive(request, archive));
  }

  private List<String> toArchive(ImageRequest request, Path archive) {
    return arguments(request, layouts(request), List.of("--output", "type=oci,dest=" + archive));
  }

  private static Map<String, String> layouts(ImageRequest request) {
    Map<String, String> contexts = new TreeMap<>();
    for (ImageRequest.Base base : request.bases()) {
      contexts.put(
          base.name(),
          "oci-layout://" + base.image().layout() + "@" + base.image().root().digest());
    }
    return contexts;
  }

  private List<String> arguments(
      ImageRequest request, Map<String, String> contexts, List<String> output) {
    BuilderOptions options = program.options();
    CommandLine line = new CommandLine().add("buildx", "build");
    instance.ifPresent(name -> line.add("--builder", name));
    line.add("--platform", request.platform().toString())
        .add("--file", request.context().resolve(request.dockerfile()).toString())
        .each("--build-arg", "", request.arguments())
        .each("--label", "", request.labels())
        .add("--network", request.network() ? "default" : "none")
        .addIf(!request.cached(), "--no-cache")
        .add("--provenance", archives ? "mode=min" : "false")
        .add("--sbom", sbom(options));
    contexts.forEach((name, image) -> line.add("--build-context", name + "=" + image));
    line.each("--cache-from", options.cache().of(request).from())
        .each("--cache-to", options.cache().of(request).to())
        .each("--ssh", options.ssh())
        .add("--progress", options.progress().equals("tty") ? "tty" : "plain");
    output.forEach(line::add);
    return with(connection, line.add(request.context().toString()).words());
  }

  private String sbom(BuilderOptions options) {
    if (!archives || !options.wantsSbom()) {
      return "false";
    }
    return options.sbomScanner().isEmpty() ? "true" : "generator=" + options.sbomScanner();
  }

  @Override
  public void build(ImageRequest request, Path archive) {
    if (archives) {
      program.run(toArchive(request, archive), Map.of(), request.place());
      return;
    }
    // Names of their own for a moment: such an engine reads no layouts and writes no archives.
    Map<String, String> loaded = new TreeMap<>();
    String result = temporaryName("image");
    try {
      Map<String, String> contexts = new TreeMap<>();
      for (ImageRequest.Base base : request.bases()) {
        String name = temporaryName("base");
        load(base, request, name, archive.resolveSibling("base.tar"));
        loaded.put(name, base.name());
        contexts.put(base.name(), "docker-image://" + name);
      }
      program.run(
          arguments(request, contexts, List.of("--load", "--tag", result)),
          Map.of(),
          request.place());
      loaded.put(result, "");
      run(request.place(), "image", "save", "--output", archive.toString(), result);
    } finally {
      loaded.keySet().forEach(name -> probeQuietly("image", "rm", name));
    }
  }

  private static String temporaryName(String kind) {
    return "linuxkit.localhost/" + kind + ":" + UUID.randomUUID();
  }

  private void load(ImageRequest.Base base, ImageRequest request, String name, Path file) {
    ImageExport stored = base.image().stored();
    ImageExport named =
        new ImageExport(stored.store(), stored.reference(), stored.root(), Reference.parse(name));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      named.writeDocker(request.platform(), out);
    } catch (IOException e) {
      throw FileFailure.of("cannot write an archive for Docker", file, e);
    }
    load(file);
  }

  private void probeQuietly(String... words) {
    program.probe(with(connection, List.of(words)), Map.of());
  }

  private void load(Path archive) {
    run(archive.toString(), "image", "load", "--input", archive.toString());
  }

  @Override
  public void maintain(CacheTask task, Optional<String> other, Consumer<String> line) {
    CommandLine command = new CommandLine().add("buildx", task.word());
    if (other.isPresent()) {
      List<String> inspect = with(connection, List.of("buildx", "inspect", other.get()));
      if (!program.probe(inspect, Map.of()).succeeded()) {
        throw BuilderFailure.noInstance(other.get());
      }
      command.add("--builder", other.get());
    }
    command.addIf(task == CacheTask.PRUNE, "--force");
    program.print(with(connection, command.words()), NAME, line);
  }

  private void run(String where, String... words) {
    program.run(with(connection, List.of(words)), Map.of(), where);
  }
}
