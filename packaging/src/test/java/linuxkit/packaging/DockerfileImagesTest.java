package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageArchive;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.oci.store.StoreImages;
import linuxkit.packaging.builder.BuilderFailure;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.builder.Builders;
import linuxkit.packaging.builder.StandIn;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Builds components with a Dockerfile by a stand-in for buildah, which has an image for each. */
class DockerfileImagesTest extends ComponentFixture {
  private StandIn programs;
  private ImageStore store;

  @BeforeEach
  void aBuilder() throws Exception {
    programs = new StandIn(temporary.resolve("programs"));
    Path dockerfile = folder.resolve("Dockerfile");
    Files.writeString(dockerfile, "FROM scratch\nCOPY app /app\n");
    write("app", "1");
    String context = temporary.resolve("context").toString();
    programs.program(
        "buildah",
        """
        PATH=/usr/bin:/bin
        case $1 in
        build)
          for last; do :; done
          rm -rf CONTEXT; cp -r "$last" CONTEXT
          while [ $# -gt 0 ]; do
            case $1 in --platform) p=${2#linux/};; --iidfile) echo $p > $2;; esac
            shift
          done;;
        push) cp DIR/image-$2.tar ${3#oci-archive:};;
        esac
        """
            .replace("CONTEXT", context)
            .replace("DIR", temporary.toString()));
    store = store("cache");
    image("built");
  }

  /** Makes the images that the stand-in returns: of a component of our own kind. */
  private void image(String content) throws Exception {
    Path ours = folder;
    folder = Files.createDirectories(temporary.resolve("image-" + content));
    define("image: result\nfiles: [{path: /app, contents: " + content + "}]\n");
    ImageStore other = store("store-" + content);
    Descriptor index = build(other, false, AMD64, ARM64);
    for (Platform platform : List.of(AMD64, ARM64)) {
      Reference name = Reference.parse("x/y:1");
      Path archive = temporary.resolve("image-" + platform.architecture() + ".tar");
      try (OutputStream out = Files.newOutputStream(archive)) {
        new ImageExport(other, name, index, name).writeOci(Optional.of(platform), out);
      }
    }
    folder = ours;
    progress.clear();
  }

  private PackageBuilder builder() {
    return builder(DockerfileOptions.DEFAULT);
  }

  private PackageBuilder builder(DockerfileOptions options) {
    DockerfileImages dockerfiles = dockerfiles(options);
    return builder(store, DebianOptions.ofMachine(temporary.resolve("debian")), _ -> {})
        .with(() -> dockerfiles);
  }

  private DockerfileImages dockerfiles(DockerfileOptions options) {
    return new DockerfileImages(
        store,
        new StoreImages(store),
        new Builders(programs.environment(), BuilderOptions.ofManifests(Map.of()), progress),
        options,
        temporary.resolve("work"),
        progress);
  }

  /** Has the images of the store, but refuses them for a platform, as a policy does. */
  private Images refusing(Platform refused) {
    Images stored = new StoreImages(store);
    return new Images() {
      @Override
      public Image find(Reference reference, Platform platform) {
        if (platform.equals(refused)) {
          throw new ManifestFailure("refused for " + platform, reference.toString(), "");
        }
        return stored.find(reference, platform);
      }

      @Override
      public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
        return stored.blobs(reference, platforms);
      }
    };
  }

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

  private PackageFolder read() {
    return PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
  }

  private long builds() throws Exception {
    return programs.calls().stream().filter(call -> call.startsWith("buildah build")).count();
  }

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

  private void refuses(String definition, String why) throws Exception {
    define(definition);
    assertThatThrownBy(() -> builder().build(read(), List.of(AMD64), false))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(why);
    assertThat(builds()).isZero();
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
