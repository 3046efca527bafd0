package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageArchive;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.builder.Builders;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import org.junit.jupiter.api.Test;

/** Finds what Dockerfiles are based on, and builds it first. */
class DockerfileBasesTest extends DockerfileImagesFixture {
  @Test
  void offersNoBaseForAPlatformThatIsRefused() throws Exception {
    Path ours = folder;
    folder = Files.createDirectories(temporary.resolve("base"));
    define("image: base\nfiles: [{path: /app, contents: x}]\n");
    build(store, false, AMD64, ARM64);
    Reference base = read().reference();
    folder = ours;
    define("image: app\ntag: v1\n");
    Files.writeString(folder.resolve("Dockerfile"), "FROM --platform=linux/amd64 " + base + "\n");
    DockerfileImages dockerfiles =
        new DockerfileImages(
            store,
            refusing(AMD64),
            new Builders(programs.environment(), BuilderOptions.ofManifests(Map.of()), progress),
            DockerfileOptions.DEFAULT.withVerifiedBases(),
            Optional.empty(),
            temporary.resolve("work"),
            progress);
    try (PackageBuilder builder =
        builder(store, DebianOptions.ofMachine(temporary.resolve("debian")), _ -> {})
            .with(() -> dockerfiles)) {
      assertThatThrownBy(() -> builder.build(read(), List.of(ARM64), false))
          .hasMessageContaining("refused for linux/amd64");
    }
    assertThat(builds()).isZero();
  }

  @Test
  void doesNotTakeAnImageThatWasMadeWithoutAPolicyForOneUnderAPolicy() throws Exception {
    define("image: app\ntag: v1\n");
    builder().build(read(), List.of(AMD64), false);
    assertThat(builder().find(read(), List.of(AMD64))).isPresent();
    PackageBuilder strict = builder(DockerfileOptions.DEFAULT.withVerifiedBases());
    assertThat(strict.find(read(), List.of(AMD64))).isEmpty();
    strict.build(read(), List.of(AMD64), false);
    assertThat(strict.find(read(), List.of(AMD64))).isPresent();
  }

  @Test
  void addsExtraSourcesAndDependedImages() throws Exception {
    Path extra = Files.createDirectories(temporary.resolve("extra"));
    Files.writeString(extra.resolve("more"), "more");
    Reference base = Reference.parse("our/base:1");
    ImageStore other = store("store-built");
    Descriptor index = other.find(Reference.parse(other.list().getFirst().name())).orElseThrow();
    try (var in = Files.newInputStream(temporary.resolve("image-amd64.tar"))) {
      ImageArchive.load(store, in, "test", Optional.of(base));
    }
    String digest = store.find(base).orElseThrow().digest().toString();
    define(
        "image: app\nextra-sources: [\"../extra:/lib\"]\ndepends:\n  docker-images:\n"
            + "    list: [\"our/base:1@"
            + digest
            + "\"]\n    target-dir: images\n");
    assertThat(index.size()).isPositive();
    builder().build(read(), List.of(AMD64), false);
    Path context = temporary.resolve("context");
    assertThat(context.resolve("lib/more")).hasContent("more");
    assertThat(context.resolve("images/base@" + digest + ".tar")).isNotEmptyFile();
    assertThat(folder.resolve("images")).doesNotExist();
    Files.writeString(extra.resolve("more"), "changed");
    assertThat(builder().find(read(), List.of(AMD64))).isEmpty();
  }

  @Test
  void buildsAComponentBeforeWhatUsesIt() throws Exception {
    Path base = Files.createDirectories(temporary.resolve("base"));
    Files.writeString(base.resolve("build.yml"), "image: base\nfiles: [{path: /b, contents: 1}]\n");
    define("image: app\nbuildArgs: [\"BASE=@lkt:pkg:../base\"]\n");
    write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    builder().provide(read(), List.of(AMD64));
    assertThat(progress.infos())
        .anyMatch(line -> line.startsWith("Building linuxkit.localhost/base:"));
    String call =
        programs.calls().stream()
            .filter(c -> c.startsWith("buildah build"))
            .findFirst()
            .orElseThrow();
    assertThat(call).contains("--build-context ${BASE}=docker-image://oci:");
    // Its content counts even if its name stays.
    Files.writeString(
        base.resolve("build.yml"), "image: base\ntag: v1\nfiles: [{path: /b, contents: 1}]\n");
    builder().provide(read(), List.of(AMD64));
    Files.writeString(
        base.resolve("build.yml"), "image: base\ntag: v1\nfiles: [{path: /b, contents: 2}]\n");
    assertThat(builder().find(read(), List.of(AMD64))).isEmpty();
  }

  @Test
  void refusesComponentsThatUseEachOther() throws Exception {
    define("image: app\ntag: v1\nbuildArgs: [\"BASE=@lkt:pkg:.\"]\n");
    write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    assertThatThrownBy(() -> builder().provide(read(), List.of(AMD64)))
        .isInstanceOf(PackageFailure.class)
        .hasMessageContaining("in a circle");
  }

  // Each folder was visited once for every way to it, which doubles with each pair.
  @Test
  void endsSoonForFoldersThatUseEachOtherInManyWays() throws Exception {
    for (int i = 0; i < 24; i++) {
      for (String name : List.of("a" + i, "b" + i)) {
        Path component = Files.createDirectories(temporary.resolve(name));
        int next = i + 1;
        String uses =
            "buildArgs: [\"A=@lkt:pkg:../a" + next + "\", \"B=@lkt:pkg:../b" + next + "\"]\n";
        Files.writeString(
            component.resolve("build.yml"), "image: " + name + "\n" + (i < 23 ? uses : ""));
        Files.writeString(
            component.resolve("Dockerfile"),
            i < 23 ? "ARG A\nARG B\nFROM ${A}\nFROM ${B}\n" : "FROM scratch\n");
      }
    }
    define("image: app\nbuildArgs: [\"A=@lkt:pkg:../a0\"]\n");
    write("Dockerfile", "ARG A\nFROM ${A}\n");
    String before =
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> builder().identity(read()));
    Files.writeString(temporary.resolve("b23/more"), "changed");
    assertThat(builder().identity(read())).isNotEqualTo(before);
  }
}
