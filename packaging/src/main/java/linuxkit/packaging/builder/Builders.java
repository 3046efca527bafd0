package linuxkit.packaging.builder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.base.Progress;
import linuxkit.oci.Platform;

/**
 * The builders of this machine and those that {@code --builders} names, one for each platform. Each
 * is looked for when it is first needed. Safe for use by several threads.
 */
public final class Builders {
  private static final List<String> ORDER = List.of(Buildctl.NAME, DockerBuildx.NAME, Buildah.NAME);

  private final Map<String, String> environment;
  private final BuilderOptions options;
  private final Progress progress;
  private final Map<String, ImageBuilder> found = new HashMap<>();

  /**
   * @param environment of this process, which says where programs and daemons are
   */
  public Builders(Map<String, String> environment, BuilderOptions options, Progress progress) {
    this.environment = Map.copyOf(environment);
    this.options = options;
    this.progress = progress;
  }

  /**
   * Returns the builder for a platform.
   *
   * @throws BuilderFailure if there is none, with what was tried
   */
  public synchronized ImageBuilder of(Platform platform) {
    Optional<String> address = Optional.ofNullable(options.addresses().get(platform.toString()));
    ImageBuilder known = found.get(address.orElse(""));
    if (known == null) {
      known = options.builder().isPresent() ? named(address) : first(address);
      progress.detail(
          "The builder for "
              + platform
              + " is "
              + known.name()
              + address.map(a -> " at " + a).orElse("")
              + ".");
      if (options.instance().isPresent() && !known.name().equals(DockerBuildx.NAME)) {
        progress.detail(
            "The builder's name, image and configuration are ignored: only docker buildx uses"
                + " them.");
      }
      if (!known.makesAttestations()) {
        progress.detail(
            "This builder makes no attestations: images have neither a bill of materials nor"
                + " provenance.");
      }
      found.put(address.orElse(""), known);
    }
    return known;
  }

  /**
   * Loads an archive of {@code docker save} into Docker's current engine, whatever builds.
   *
   * @throws BuilderFailure if there is no Docker, or it refuses the archive
   */
  public void load(Path archive) {
    program(DockerBuildx.NAME)
        .run(
            List.of("image", "load", "--input", archive.toString()),
            Map.of(),
            "loading into Docker");
  }

  private ImageBuilder named(Optional<String> address) {
    String name = options.builder().orElseThrow();
    return connect(name.equals("buildx") ? DockerBuildx.NAME : name, address);
  }

  private ImageBuilder first(Optional<String> address) {
    List<String> reasons = new ArrayList<>();
    for (String name : ORDER) {
      try {
        return connect(name, address);
      } catch (BuilderFailure failure) {
        progress.detail(failure.what());
        reasons.add(reason(failure));
      }
    }
    throw BuilderFailure.missing(reasons);
  }

  private static String reason(Failure failure) {
    return failure.what().replaceFirst("the builder (\\S+) cannot be used", "$1");
  }

  private ImageBuilder connect(String name, Optional<String> address) {
    return switch (name) {
      case Buildctl.NAME -> Buildctl.connect(program(name), address);
      case DockerBuildx.NAME -> DockerBuildx.connect(program(name), address);
      case Buildah.NAME -> {
        if (address.isPresent()) {
          throw BuilderFailure.unusable(name, "it has no daemon that --builders could name");
        }
        yield Buildah.connect(program(name), environment);
      }
      default -> throw BuilderFailure.unknown(name);
    };
  }

  private BuilderProgram program(String name) {
    return BuilderProgram.find(name, environment, options, progress);
  }

  static String lastLine(ChildProcess.Result result) {
    return result.lines().isEmpty()
        ? "status " + result.status()
        : Printable.line(result.lines().getLast());
  }
}
