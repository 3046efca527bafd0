package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.base.Progress;
import linuxkit.fixtures.ProgressLog;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Platform;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.git.GitRepositories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder with a component of the test, and what builds it. */
abstract class ComponentFixture {
  static final Platform AMD64 = Platform.linux("amd64");
  static final Platform ARM64 = Platform.linux("arm64");
  @TempDir Path temporary;
  Path folder;
  Path guests;
  final ProgressLog progress = new ProgressLog();
  final List<Image> kernels = new ArrayList<>();

  @BeforeEach
  void aFolderAndAGuest() throws IOException {
    folder = Files.createDirectories(temporary.resolve("hello"));
    guests = temporary.resolve("guests");
    for (String architecture : List.of("amd64", "arm64")) {
      Path program = Files.createDirectories(guests.resolve(architecture)).resolve("guest");
      Files.writeString(program, "guest for " + architecture);
    }
  }

  void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(folder));
    Files.writeString(file, text);
  }

  void define(String text) throws IOException {
    write("build.yml", text);
  }

  ImageStore store(String name) {
    return ImageStore.open(temporary.resolve(name), Progress.silent());
  }

  Descriptor build(ImageStore store, boolean force, Platform... platforms) {
    return build(store, DebianOptions.ofMachine(temporary.resolve("debian")), force, platforms);
  }

  Descriptor build(ImageStore store, DebianOptions debian, boolean force, Platform... platforms) {
    try (PackageBuilder builder = builder(store, debian, kernels::add);
        GitRepositories repositories = new GitRepositories(Map.of())) {
      PackageFolder read =
          PackageFolder.read(folder, PackageOptions.DEFAULT, repositories, store.work());
      Descriptor index = builder.build(read, Arrays.asList(platforms), force);
      assertThat(store.find(read.reference()).orElseThrow().digest()).isEqualTo(index.digest());
      assertThat(builder.find(read, Arrays.asList(platforms))).isPresent();
      return index;
    }
  }

  PackageBuilder builder(ImageStore store, DebianOptions debian, Consumer<Image> kernels) {
    return new PackageBuilder(
        store,
        List.of(
            new DebianSource(
                debian,
                (files, directory) -> KernelTreeTest.put(files, directory + "/modules.dep"),
                progress),
            new FilesSource(new GuestPrograms(guests))),
        debian.cache().resolve("tmp"),
        progress,
        kernels);
  }

  static ImageManifest manifest(ImageStore store, Descriptor index, Platform platform) {
    Descriptor manifest =
        ImageIndex.parse(store.read(index), index.mediaType(), "test").manifests().stream()
            .filter(m -> m.platform().equals(Optional.of(platform)))
            .findFirst()
            .orElseThrow();
    return ImageManifest.parse(store.read(manifest), manifest.mediaType(), "test");
  }

  static ImageConfig config(ImageStore store, Descriptor index, Platform platform) {
    return ImageConfig.parse(store.read(manifest(store, index, platform).config()), "test");
  }

  /** The layer as GNU tar lists it. */
  List<String> list(ImageStore store, Descriptor index, Platform platform) throws Exception {
    Path layer = temporary.resolve("layer.tar.zst");
    try (InputStream in = store.open(manifest(store, index, platform).layers().getFirst())) {
      Files.write(layer, in.readAllBytes());
    }
    Process tar =
        new ProcessBuilder(
                "tar",
                "--zstd",
                "--utc",
                "--full-time",
                "--numeric-owner",
                "-tvf",
                layer.toString())
            .redirectErrorStream(true)
            .start();
    String listed = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(listed).isZero();
    return listed.lines().map(line -> line.replaceAll(" +", " ")).toList();
  }

  static void content(Path root, String... files) throws Exception {
    for (String file : files) {
      Files.createDirectories(root.resolve(file.substring(0, file.lastIndexOf('/'))));
      Files.writeString(root.resolve(file), file);
    }
  }

  List<String> names(ImageStore store, Descriptor index) throws Exception {
    return list(store, index, AMD64).stream().map(l -> l.replaceFirst("^(\\S+ ){5}", "")).toList();
  }

  boolean isBuilt(ImageStore store, Platform... platforms) {
    DebianOptions debian = DebianOptions.ofMachine(temporary.resolve("debian"));
    try (PackageBuilder builder = builder(store, debian, _ -> {})) {
      return builder
          .find(PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of()), List.of(platforms))
          .isPresent();
    }
  }
}
