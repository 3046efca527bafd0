package linuxkit.packaging.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.base.FileFailure;
import linuxkit.packaging.dockerfile.BuildahRules;
import linuxkit.packaging.dockerfile.DockerfileFailure;
import linuxkit.packaging.dockerfile.DockerfileRules;

/** buildah, which needs no daemon, and no root where user namespaces are allowed. */
final class Buildah implements ImageBuilder {
  static final String NAME = "buildah";

  private final BuilderProgram program;
  private final Map<String, String> environment;

  private Buildah(BuilderProgram program, Map<String, String> environment) {
    this.program = program;
    this.environment = environment;
  }

  /**
   * @throws BuilderFailure if it cannot be used
   */
  static Buildah connect(BuilderProgram program, Map<String, String> environment) {
    ChildProcess.Result version = program.probe(List.of("--version"), Map.of());
    if (!version.succeeded()) {
      throw BuilderFailure.unusable(NAME, Builders.lastLine(version));
    }
    if (!program.options().cache().to().isEmpty() && !hasFlag(program, "--cache-to")) {
      throw BuilderFailure.unsupported(NAME, "--cache-to");
    }
    return new Buildah(program, environment);
  }

  private static boolean hasFlag(BuilderProgram program, String flag) {
    return program.probe(List.of("build", "--help"), Map.of()).text().contains(flag);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean makesAttestations() {
    return false;
  }

  @Override
  public void check(Path file, String text, ImageRequest request) {
    BuildahRules.check(file, text, request.context(), request.arguments());
    boolean chroot = environment.getOrDefault("BUILDAH_ISOLATION", "").equals("chroot");
    if (chroot && !request.network() && DockerfileRules.runsCommands(file, text)) {
      throw DockerfileFailure.network(
          file,
          NAME,
          "set network: yes in the definition, or another BUILDAH_ISOLATION than chroot");
    }
  }

  @Override
  public List<String> command(ImageRequest request, Path archive) {
    return program.line(arguments(request, archive.resolveSibling("image-id"), request.cached()));
  }

  private List<String> arguments(ImageRequest request, Path id, boolean cached) {
    BuilderOptions options = program.options();
    CommandLine line =
        new CommandLine()
            .add("build", "--platform", request.platform().toString())
            .add("--file", request.context().resolve(request.dockerfile()).toString())
            .each("--build-arg", "", request.arguments())
            .each("--label", "", request.labels())
            .addIf(!request.network(), "--network", "none")
            // Commands would see proxies, and the passwords for them, which others do not show.
            .addIf(!request.network(), "--http-proxy=false")
            // With layers, results of earlier builds are used; the flags exclude each other.
            .add(cached ? "--layers" : "--no-cache");
    for (String context : contexts(request)) {
      line.add("--build-context", context);
    }
    String date = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
    return line.addIf(!date.isEmpty(), "--timestamp", date)
        .each(
            "--cache-from",
            options.cache().of(request).from().stream().map(Buildah::repository).toList())
        .each(
            "--cache-to",
            options.cache().of(request).to().stream().map(Buildah::repository).toList())
        .each("--ssh", options.ssh())
        .add("--iidfile", id.toString())
        .add(request.context().toString())
        .words();
  }

  // Older versions look for the name before they replace variables, newer ones afterwards.
  private static Set<String> contexts(ImageRequest request) {
    Set<String> contexts = new LinkedHashSet<>();
    for (ImageRequest.Base base : request.bases()) {
      String image = "=docker-image://oci:" + base.image().layout() + ":" + base.image().tag();
      contexts.add(base.written() + image);
      contexts.add(base.name() + image);
    }
    return contexts;
  }

  /** Returns the repository of a cache that is described as for BuildKit. */
  private static String repository(String cache) {
    for (String part : cache.split(",", -1)) {
      if (part.startsWith("ref=")) {
        return part.substring("ref=".length()).replaceFirst(":[^/:]*$", "");
      }
    }
    return cache;
  }

  @Override
  public void build(ImageRequest request, Path archive) {
    // It runs the C preprocessor of this machine on these, which includes any file.
    if (request.dockerfile().endsWith(".in")) {
      throw BuilderFailure.preprocessed(NAME, request.dockerfile(), request.place());
    }
    Path id = archive.resolveSibling("image-id");
    Path temporary = temporary(archive);
    Map<String, String> variables = variables(temporary);
    String where = request.place();
    try {
      program.run(arguments(request, id, request.cached()), variables, where);
      if (request.cached() && !isFor(request, read(id), variables)) {
        program.run(arguments(request, id, false), variables, where);
      }
      program.run(List.of("push", read(id), "oci-archive:" + archive), variables, where);
    } finally {
      empty(temporary);
    }
  }

  // Caches of RUN --mount lie there. In a common one, a command could leave links to this machine.
  private static Path temporary(Path archive) {
    Path folder = archive.resolveSibling("buildah");
    try {
      return Files.createDirectories(folder).toAbsolutePath();
    } catch (IOException e) {
      throw FileFailure.of("cannot create", folder, e);
    }
  }

  // Without root, files in caches may belong to other users of the namespace; the caller deletes
  // what is left.
  private void empty(Path temporary) {
    String[] left = temporary.toFile().list();
    if (left != null && left.length > 0) {
      program.probe(List.of("unshare", "rm", "-rf", temporary.toString()), Map.of());
    }
  }

  // What begins with `FROM scratch` has one cache for all architectures, and the image found there
  // may be that of another one.
  private boolean isFor(ImageRequest request, String image, Map<String, String> variables) {
    ChildProcess.Result inspected =
        program.probe(
            List.of("inspect", "--type", "image", "--format", "{{.OCIv1.Architecture}}", image),
            variables);
    // Warnings come before it.
    String architecture =
        inspected.succeeded() && !inspected.lines().isEmpty()
            ? inspected.lines().getLast().strip()
            : "";
    return architecture.isEmpty() || architecture.equals(request.platform().architecture());
  }

  // buildah refuses a folder of Docker's that has no configuration.
  private Map<String, String> variables(Path temporary) {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    return folder.isEmpty() || Files.exists(Path.of(folder, "config.json"))
        ? Map.of("TMPDIR", temporary.toString())
        : Map.of("TMPDIR", temporary.toString(), "DOCKER_CONFIG", "");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw FileFailure.of("cannot read the id of the image", file, e);
    }
  }
}
