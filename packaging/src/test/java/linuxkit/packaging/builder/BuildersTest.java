package linuxkit.packaging.builder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.fixtures.ProgressLog;
import linuxkit.json.JsonFormat;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.dockerfile.BaseLayout;
import linuxkit.packaging.dockerfile.DockerfileFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildersTest {
  private static final Platform ARM64 = Platform.linux("arm64");
  private static final BuilderOptions PLAIN = options(Optional.empty(), Map.of());

  @TempDir private Path folder;
  private final ProgressLog progress = new ProgressLog();
  private StandIn programs;

  @BeforeEach
  void programs() throws Exception {
    programs = new StandIn(folder);
  }

  private static BuilderOptions options(Optional<String> builder, Map<String, String> addresses) {
    return new BuilderOptions(
        builder,
        addresses,
        Optional.empty(),
        Optional.empty(),
        new BuilderOptions.Caches(List.of(), List.of()),
        List.of(),
        "",
        "auto");
  }

  private ImageBuilder find(BuilderOptions options) {
    return new Builders(programs.environment(), options, progress).of(ARM64);
  }

  private ImageRequest request(boolean network, List<ImageRequest.Base> bases) {
    return new ImageRequest(
        folder.resolve("app"),
        "Dockerfile.x",
        ARM64,
        new TreeMap<>(Map.of("A", "1")),
        new TreeMap<>(Map.of("l", "2")),
        bases,
        network,
        !network);
  }

  private ImageRequest request() {
    return request(false, List.of());
  }

  private String command(ImageBuilder builder, ImageRequest request) {
    return String.join(" ", builder.command(request, folder.resolve("out.tar")))
        .replace(folder.toString(), "DIR");
  }

  @Test
  void asksBuildKitThenDockerThenBuildah() throws Exception {
    programs.program("buildah", "");
    assertThat(find(PLAIN).name()).isEqualTo("buildah");
    programs.program("docker", "echo 'Driver: docker'");
    assertThat(find(PLAIN).name()).isEqualTo("docker");
    programs.program("buildctl", "");
    assertThat(find(PLAIN).name()).isEqualTo("buildctl");
    assertThat(find(options(Optional.of("buildah"), Map.of())).name()).isEqualTo("buildah");
    programs.program("buildctl", "echo 'no such socket'; exit 1");
    assertThat(find(PLAIN).name()).isEqualTo("docker");
    assertThat(progress.details())
        .contains("the builder buildctl cannot be used: BuildKit does not answer: no such socket");
  }

  @Test
  void saysWhatIsMissingAndWhereToGetIt() throws Exception {
    programs.program("docker", "echo 'docker: unknown command: docker buildx'; exit 1");
    assertThatThrownBy(() -> find(PLAIN))
        .isInstanceOfSatisfying(
            BuilderFailure.class,
            failure -> {
              assertThat(failure.what())
                  .contains("buildctl: the program is not on the PATH")
                  .contains("docker: its plugin buildx is missing")
                  .contains("buildah: the program is not on the PATH");
              assertThat(failure.hint()).contains("install buildah").contains("BUILDKIT_HOST");
            });
    assertThatThrownBy(() -> find(options(Optional.of("kaniko"), Map.of())))
        .isInstanceOf(BuilderFailure.class)
        .hasMessageContaining("no builder named kaniko");
  }

  @Test
  void callsBuildctl() throws Exception {
    programs.program("buildctl", "");
    BuilderOptions options =
        new BuilderOptions(
            Optional.empty(),
            Map.of("linux/arm64", "tcp://arm:1234"),
            Optional.empty(),
            Optional.of(Path.of("/tls")),
            new BuilderOptions.Caches(
                List.of("type=registry,ref=r/{image}:{arch}"),
                List.of("type=registry,ref=r/c,mode=max")),
            List.of("default"),
            "scan/er",
            "auto");
    assertThat(command(find(options), request()))
        .isEqualTo(
            "DIR/bin/buildctl --addr tcp://arm:1234 --tlsdir /tls build --frontend dockerfile.v0"
                + " --local context=DIR/app --local dockerfile=DIR/app --opt filename=Dockerfile.x"
                + " --opt platform=linux/arm64 --opt build-arg:A=1 --opt label:l=2"
                + " --opt force-network-mode=none --opt attest:provenance=mode=min"
                + " --opt attest:sbom=generator=scan/er"
                + " --import-cache type=registry,ref=r/image:arm64"
                + " --export-cache type=registry,ref=r/c,mode=max --ssh default --progress plain"
                + " --output type=oci,dest=DIR/out.tar");
    assertThat(programs.calls())
        .containsExactly("buildctl --addr tcp://arm:1234 --tlsdir /tls debug workers");
  }

  @Test
  void callsDockerAtAnAddressOrContext() throws Exception {
    programs.program("docker", "echo 'Driver: docker'; echo io.containerd.snapshotter.v1");
    Optional<String> docker = Optional.of("docker");
    assertThat(
            command(
                find(options(docker, Map.of("linux/arm64", "ssh://arm"))),
                request(true, List.of())))
        .isEqualTo(
            "DIR/bin/docker --host ssh://arm buildx build --platform linux/arm64"
                + " --file DIR/app/Dockerfile.x --build-arg A=1 --label l=2 --network default"
                + " --no-cache --provenance mode=min --sbom true --progress plain"
                + " --output type=oci,dest=DIR/out.tar DIR/app");
    assertThat(command(find(options(docker, Map.of("linux/arm64", "far"))), request()))
        .startsWith("DIR/bin/docker --context far buildx build --platform linux/arm64");
  }

  @Test
  void createsABuilderOfBuildx() throws Exception {
    programs.program("docker", "case \"$*\" in *inspect*) exit 1;; esac; echo 'Driver: x'");
    BuilderOptions options =
        new BuilderOptions(
            Optional.of("docker"),
            Map.of(),
            Optional.of(
                new BuilderOptions.Instance(
                    "mine", Optional.of("b/k:1"), Optional.of(Path.of("/c.toml")), false)),
            Optional.empty(),
            new BuilderOptions.Caches(List.of(), List.of()),
            List.of(),
            "false",
            "auto");
    assertThat(command(find(options), request())).contains("buildx build --builder mine");
    assertThat(programs.calls())
        .contains(
            "docker buildx create --name mine --driver docker-container"
                + " --driver-opt image=b/k:1 --config /c.toml");
  }

  @Test
  void callsBuildahWithImagesOfTheStore() throws Exception {
    programs.program("buildah", "");
    ImageStore store = ImageStore.open(folder.resolve("store"), progress);
    BaseLayout layout = new BaseLayout(store, folder.resolve("bases"));
    Reference name = Reference.parse("a/b:1");
    byte[] config =
        "{\"os\":\"linux\",\"architecture\":\"arm64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
            .getBytes(UTF_8);
    var configuration = store.add("application/vnd.oci.image.config.v1+json", config);
    byte[] manifest =
        ("{\"schemaVersion\":2,\"config\":"
                + JsonFormat.COMPACT.write(configuration.toJson())
                + ",\"layers\":[]}")
            .getBytes(UTF_8);
    BaseLayout.Entry entry =
        layout
            .add(name, store.add("application/vnd.oci.image.manifest.v1+json", manifest))
            .orElseThrow();
    ImageRequest.Base base = new ImageRequest.Base("$BASE", "a/b:1", entry);
    assertThat(command(find(PLAIN), request(false, List.of(base))))
        .isEqualTo(
            "DIR/bin/buildah build --platform linux/arm64 --file DIR/app/Dockerfile.x"
                + " --build-arg A=1 --label l=2 --network none --http-proxy=false --layers"
                + " --build-context $BASE=docker-image://oci:DIR/bases:base0"
                + " --build-context a/b:1=docker-image://oci:DIR/bases:base0"
                + " --iidfile DIR/image-id DIR/app");
    assertThat(folder.resolve("bases/index.json")).content().contains("\"base0\"");
  }

  @Test
  void showsTheLastLinesOfAFailure() throws Exception {
    programs.program(
        "buildah",
        "case $1 in build) /usr/bin/env; /usr/bin/yes line | /usr/bin/head -n 100; echo 'Error: \033[31mno'; echo after;"
            + " exit 3;; esac");
    ImageBuilder builder = find(PLAIN);
    assertThatThrownBy(() -> builder.build(request(), folder.resolve("out.tar")))
        .isInstanceOf(BuilderFailure.class)
        .hasMessageEndingWith(
            "app for linux/arm64: buildah failed with status 3: Error: \\u001b[31mno");
    assertThat(progress.infos()).hasSize(31).contains("  line", "  after");
    assertThat(progress.details())
        .contains("HOME=" + folder)
        .doesNotContain("SECRET=x", "DOCKER_PASSWORD=x");
  }

  // buildah runs the C preprocessor of this machine on such a file, which includes any other.
  @Test
  void doesNotLetADockerfileIncludeFilesOfThisMachine() throws Exception {
    programs.program("buildah", "");
    ImageRequest request =
        new ImageRequest(
            folder.resolve("app"),
            "Dockerfile.in",
            ARM64,
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            false,
            true);
    ImageBuilder builder = find(PLAIN);
    assertThatThrownBy(() -> builder.build(request, folder.resolve("out.tar")))
        .isInstanceOf(BuilderFailure.class)
        .hasMessageContaining("would let Dockerfile.in include files of this machine");
    assertThat(programs.calls()).noneMatch(call -> call.startsWith("buildah build"));
  }

  @Test
  void keepsCommandsFromTheNetworkThatBuildahGivesThem() throws Exception {
    programs.program("buildah", "");
    Map<String, String> chroot = new HashMap<>(programs.environment());
    chroot.put("BUILDAH_ISOLATION", "chroot");
    ImageBuilder builder = new Builders(chroot, PLAIN, progress).of(ARM64);
    Path file = Path.of("app/Dockerfile");
    assertThatThrownBy(() -> builder.check(file, "FROM a\nRUN x\n", request()))
        .isInstanceOf(DockerfileFailure.class)
        .hasMessageContaining("would give commands this machine's network");
    builder.check(file, "FROM a\nCOPY x /x\n", request());
    builder.check(file, "FROM a\nRUN x\n", request(true, List.of()));
    find(PLAIN).check(file, "FROM a\nRUN x\n", request());
  }

  @Test
  void saysThatUserNamespacesAreNotAllowed() throws Exception {
    programs.program(
        "buildah",
        "case $1 in build) echo 'Error during unshare(CLONE_NEWUSER): Operation not permitted';"
            + " exit 1;; esac");
    ImageBuilder builder = find(PLAIN);
    assertThatThrownBy(() -> builder.build(request(), folder.resolve("out.tar")))
        .isInstanceOfSatisfying(
            BuilderFailure.class,
            failure -> assertThat(failure.hint()).contains("may make no user namespaces"));
  }

  // In a common folder, a command could leave a link that the next build follows.
  @Test
  void givesEachBuildOfBuildahCachesOfItsOwn() throws Exception {
    programs.program(
        "buildah", "case $1 in build) echo \"TMPDIR=$TMPDIR\"; echo > ${TMPDIR}/x;; esac");
    ImageBuilder builder = find(PLAIN);
    assertThatThrownBy(() -> builder.build(request(), folder.resolve("out.tar")))
        .hasMessageContaining("cannot read the id");
    assertThat(progress.details()).contains("TMPDIR=" + folder.resolve("buildah"));
    assertThat(programs.calls()).contains("buildah unshare rm -rf DIR/buildah");
  }

  @Test
  void refusesMalformedAddresses() {
    assertThat(BuilderOptions.addresses("linux/arm64=a, linux/amd64=tcp://b:1,"))
        .isEqualTo(Map.of("linux/arm64", "a", "linux/amd64", "tcp://b:1"));
    for (String wrong : List.of("arm", "linux/arm64=", "=x")) {
      assertThatThrownBy(() -> BuilderOptions.addresses(wrong))
          .isInstanceOf(BuilderFailure.class)
          .hasMessageContaining("does not give a platform's builder");
    }
  }
}
