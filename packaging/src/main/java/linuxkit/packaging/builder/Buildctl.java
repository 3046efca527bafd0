package linuxkit.packaging.builder;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** BuildKit, asked by its own client. */
final class Buildctl implements ImageBuilder {
  static final String NAME = "buildctl";

  private final BuilderProgram program;
  private final Optional<String> address;

  private Buildctl(BuilderProgram program, Optional<String> address) {
    this.program = program;
    this.address = address;
  }

  /**
   * @param address of BuildKit; empty for BUILDKIT_HOST, or else the usual socket
   * @throws BuilderFailure if it cannot be used
   */
  static Buildctl connect(BuilderProgram program, Optional<String> address) {
    Buildctl client = new Buildctl(program, address);
    ChildProcess.Result workers =
        program.probe(client.client().add("debug", "workers").words(), Map.of());
    if (!workers.succeeded()) {
      throw BuilderFailure.unusable(
          NAME, "BuildKit does not answer: " + Builders.lastLine(workers));
    }
    return client;
  }

  private CommandLine client() {
    CommandLine line = new CommandLine();
    address.ifPresent(to -> line.add("--addr", to));
    if (address.isEmpty() || address.get().startsWith("tcp://")) {
      program.options().tls().ifPresent(folder -> line.add("--tlsdir", folder.toString()));
    }
    return line;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean makesAttestations() {
    return true;
  }

  @Override
  public List<String> command(ImageRequest request, Path archive) {
    return program.line(arguments(request, archive));
  }

  private List<String> arguments(ImageRequest request, Path archive) {
    BuilderOptions options = program.options();
    String context = request.context().toString();
    CommandLine line =
        client()
            .add("build", "--frontend", "dockerfile.v0")
            .add("--local", "context=" + context, "--local", "dockerfile=" + context)
            .add("--opt", "filename=" + request.dockerfile())
            .add("--opt", "platform=" + request.platform())
            .each("--opt", "build-arg:", request.arguments())
            .each("--opt", "label:", request.labels())
            .add("--opt", "force-network-mode=" + (request.network() ? "sandbox" : "none"))
            .add("--opt", "attest:provenance=mode=min");
    if (options.wantsSbom()) {
      String scanner = options.sbomScanner();
      line.add("--opt", "attest:sbom=" + (scanner.isEmpty() ? "" : "generator=" + scanner));
    }
    line.addIf(!request.cached(), "--no-cache");
    int number = 0;
    for (ImageRequest.Base base : request.bases()) {
      String layout = "linuxkit" + number++;
      line.add("--oci-layout", layout + "=" + base.image().layout())
          .add("--opt", context(base, layout));
    }
    return line.each("--import-cache", options.cache().of(request).from())
        .each("--export-cache", options.cache().of(request).to())
        .each("--ssh", options.ssh())
        .add("--progress", options.progress().equals("tty") ? "tty" : "plain")
        .add("--output", "type=oci,dest=" + archive)
        .words();
  }

  private static String context(ImageRequest.Base base, String layout) {
    return "context:"
        + base.name()
        + "=oci-layout://"
        + layout
        + "@"
        + base.image().root().digest();
  }

  @Override
  public void build(ImageRequest request, Path archive) {
    program.run(arguments(request, archive), Map.of(), request.place());
  }

  @Override
  public void maintain(CacheTask task, Optional<String> instance, Consumer<String> line) {
    program.print(client().add(task.word()).words(), NAME, line);
  }
}
