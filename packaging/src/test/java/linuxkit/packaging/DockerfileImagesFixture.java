package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoreImages;
import linuxkit.packaging.builder.BuilderOptions;
import linuxkit.packaging.builder.Builders;
import linuxkit.packaging.builder.StandIn;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.dockerfile.DockerfileOptions;
import org.junit.jupiter.api.BeforeEach;

/** Builds components with Dockerfiles by a program that stands in for a builder. */
abstract class DockerfileImagesFixture extends ComponentFixture {
  StandIn programs;
  ImageStore store;

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
  void image(String content) throws Exception {
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

  PackageBuilder builder() {
    return builder(DockerfileOptions.DEFAULT);
  }

  PackageBuilder builder(DockerfileOptions options) {
    DockerfileImages dockerfiles = dockerfiles(options);
    return builder(store, DebianOptions.ofMachine(temporary.resolve("debian")), _ -> {})
        .with(() -> dockerfiles);
  }

  DockerfileImages dockerfiles(DockerfileOptions options) {
    return new DockerfileImages(
        store,
        new StoreImages(store),
        new Builders(programs.environment(), BuilderOptions.ofManifests(Map.of()), progress),
        options,
        Optional.empty(),
        temporary.resolve("work"),
        progress);
  }

  /** Has the images of the store, but refuses them for a platform, as a policy does. */
  Images refusing(Platform refused) {
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

  PackageFolder read() {
    return PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
  }

  long builds() throws Exception {
    return programs.calls().stream().filter(call -> call.startsWith("buildah build")).count();
  }

  void refuses(String definition, String why) throws Exception {
    define(definition);
    assertThatThrownBy(() -> builder().build(read(), List.of(AMD64), false))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(why);
    assertThat(builds()).isZero();
  }
}
