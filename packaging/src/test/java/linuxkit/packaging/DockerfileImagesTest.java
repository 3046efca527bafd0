package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.packaging.builder.BuilderFailure;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import org.junit.jupiter.api.Test;

/** Builds components with a Dockerfile by a stand-in for buildah, which has an image for each. */
class DockerfileImagesTest extends DockerfileImagesFixture {
  @Test
  void loadsIntoDockerAndLeavesNoTemporaryFiles() throws Exception {
    define("image: app\ntag: v1\n");
    Descriptor index = builder().build(read(), List.of(AMD64), false);
    Reference name = read().reference();
    ImageExport export = new ImageExport(store, name, index, name);
    Path work = temporary.resolve("work");
    Path killed = Files.createDirectory(work.resolve("dockerfile1"));
    Files.writeString(killed.resolve("image.tar"), "left by a process that was killed");
    Files.setLastModifiedTime(killed, FileTime.from(Instant.now().minus(Duration.ofDays(4))));

    programs.program("docker", "[ -s \"$4\" ]");
    dockerfiles(DockerfileOptions.DEFAULT).load(export, AMD64);
    assertThat(programs.calls().getLast())
        .startsWith("docker image load --input " + work.resolve("dockerfile"));
    assertThat(work).isEmptyDirectory();

    programs.program("docker", "exit 1");
    DockerfileImages images = dockerfiles(DockerfileOptions.DEFAULT);
    assertThatThrownBy(() -> images.load(export, AMD64)).isInstanceOf(BuilderFailure.class);
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void buildsEachContentOnce() throws Exception {
    define("image: app\ntag: v1\n");
    Descriptor index = builder().build(read(), List.of(AMD64, ARM64), false);
    assertThat(builds()).isEqualTo(2);
    assertThat(config(store, index, ARM64).architecture()).isEqualTo("arm64");
    assertThat(builder().build(read(), List.of(AMD64, ARM64), false)).isEqualTo(index);
    assertThat(builder().provide(read(), List.of(AMD64))).hasSize(1);
    assertThat(builds()).isEqualTo(2);
    assertThat(temporary.resolve("work")).isEmptyDirectory();
    // Everything in the folder counts, even what git ignores.
    write(".gitignore", "app\n");
    builder().build(read(), List.of(AMD64), false);
    assertThat(builds()).isEqualTo(3);
    write("app", "2");
    assertThat(builder().find(read(), List.of(AMD64))).isEmpty();
    builder().build(read(), List.of(AMD64), false);
    assertThat(builds()).isEqualTo(4);
  }

  @Test
  void t3GivesAManifestsFolderNoNameOfItsChoice() throws Exception {
    define("org: library\nimage: nginx\ntag: \"1\"\n");
    builder().provide(read(), List.of(AMD64));
    assertThat(store.list().stream().map(NamedDescriptor::name))
        .singleElement()
        .asString()
        .startsWith("linuxkit.localhost/nginx:");
  }

  @Test
  void t3DoesNotUseAnImageOfTheSameNameWithoutARecord() throws Exception {
    define("image: app\ntag: v1\n");
    Descriptor index = builder().build(read(), List.of(AMD64), false);
    write("app", "2");
    store.name(read().reference(), index);
    assertThat(builder().find(read(), List.of(AMD64))).isEmpty();
  }

  @Test
  void argumentsArePartOfTheIdentity() throws Exception {
    define("image: app\ntag: v1\n");
    Path file = Files.writeString(temporary.resolve("args"), "A=1\n");
    DockerfileOptions options =
        new DockerfileOptions(
            Optional.empty(),
            Optional.of(true),
            Optional.of(true),
            List.of(file),
            false,
            false,
            false,
            new TreeMap<>(Map.of("version", "7")));
    builder(options).build(read(), List.of(AMD64), false);
    assertThat(programs.calls().toString())
        .contains("--build-arg A=1", "--build-arg PKG_IMAGE=linuxkit/app", "--label version=7")
        .contains("--no-cache")
        .doesNotContain("--network");
    assertThat(builder(options).find(read(), List.of(AMD64))).isPresent();
    assertThat(builder().find(read(), List.of(AMD64))).isEmpty();
    Files.writeString(file, "A=2\n");
    assertThat(builder(options).find(read(), List.of(AMD64))).isEmpty();
  }

  @Test
  void refusesWhatIsOutsideOrContradicts() throws Exception {
    String head = "image: app\ndepends:\n  docker-images:\n    ";
    refuses(head + "list: [a/b:1]\n    target: x\n", "image \"a/b:1\" lacks a digest");
    refuses(head + "list: [a]\n    from-file: f\n", "are mutually exclusive");
    refuses(head + "list: [a]\n    target: f\n    target-dir: d\n", "are mutually exclusive");
    refuses(head + "from-file: ../f\n    target: d\n", "lies outside");
    refuses("image: app\ndockerfile: ../Dockerfile\n", "neither a ../Dockerfile nor debian:");
    Files.writeString(temporary.resolve("secret"), "a secret\n");
    Files.createSymbolicLink(folder.resolve("Link"), temporary.resolve("secret"));
    refuses("image: app\ndockerfile: Link\n", "the Dockerfile lies outside");
    refuses(head + "from-file: Link\n    target: d\n", "the list of images lies outside");
    refuses("image: app\ndockerfile: Other\n", "neither a Other nor debian:");
    refuses("image: app\ndockerfile: \"a\\0\"\n", "not a path");
    refuses(head + "from-file: \"a\\0\"\n    target: d\n", "not a path");
    refuses(head + "list: []\n    target: \"a\\0\"\n", "not a path");
    write("lib/Dockerfile", "FROM scratch\nRUN other\n");
    refuses("image: app\nextra-sources: [\"lib:/\"]\n", "would replace this file");
    refuses("image: app\nextra-sources: [\"a\\0:b\"]\n", "expected FOLDER:DESTINATION");
    refuses("image: app\nbuildArgs: [\"A=@lkt:pkg:\\0\"]\n", "is not a build argument");
  }
}
