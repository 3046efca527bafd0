package linuxkit.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.debian.TemporaryStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T3: a repository chooses the names and labels of its images, and nobody believes them. */
class FolderNamesThreatTest extends ComponentFixture {
  private static final String EVIL = "files: [{path: /evil, contents: e}]\n";
  private static final String GOOD = "image: init\nfiles: [{path: /good, guest: true}]\n";

  private PackageFolder read() {
    return PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
  }

  private PackageBuilder builder(ImageStore store) {
    return builder(store, DebianOptions.ofMachine(temporary.resolve("debian")), _ -> {});
  }

  private Optional<List<Descriptor>> find(ImageStore store) {
    try (PackageBuilder builder = builder(store)) {
      return builder.find(read(), List.of(AMD64));
    }
  }

  private List<Descriptor> provide(ImageStore store) {
    try (PackageBuilder builder = builder(store)) {
      return builder.provide(read(), List.of(AMD64));
    }
  }

  private static List<String> names(ImageStore store) {
    return store.list().stream().map(NamedDescriptor::name).toList();
  }

  @Test
  void t3DoesNotLetAFolderChooseItsName() throws Exception {
    define("org: library\nimage: nginx\ntag: \"1.27\"\n" + EVIL);
    ImageStore store = store("cache");
    provide(store);
    assertThat(names(store))
        .singleElement()
        .asString()
        .matches("linuxkit\\.localhost/nginx:[0-9a-f]{40}-[0-9a-f]{12}");
    assertThat(store.find(Reference.parse("nginx:1.27"))).isEmpty();
  }

  @Test
  void t3DoesNotUseAnImageOfAnotherFolder() throws Exception {
    define(GOOD);
    ImageStore store = store("cache");
    String tag = read().tag();
    Descriptor good = provide(store).getFirst();
    Files.delete(folder.resolve("build.yml"));
    define("image: init\ntag: " + tag + "\n" + EVIL);
    Descriptor evil = build(store, false, AMD64);
    assertThat(store.find(Reference.parse("linuxkit/init:" + tag)).orElseThrow().digest())
        .isEqualTo(evil.digest());
    define(GOOD);
    assertThat(read().reference()).hasToString("docker.io/linuxkit/init:" + tag);
    assertThat(find(store).orElseThrow()).containsExactly(good);
    // Nor when the folder's own image is gone.
    new Housekeeping(store).remove(PackageBuilder.localName(read()));
    assertThat(find(store)).isEmpty();
    assertThat(provide(store)).containsExactly(good);
  }

  @Test
  void t3DoesNotUseAnIndexWithoutARecord() throws Exception {
    define(GOOD);
    ImageStore store = store("cache");
    Reference name = PackageBuilder.localName(read());
    Descriptor good = provide(store).getFirst();
    define("image: init\n" + EVIL);
    Descriptor evil = build(store, false, AMD64);
    store.rename(name, _ -> evil);
    define(GOOD);
    assertThat(find(store)).isEmpty();
    assertThat(provide(store)).containsExactly(good);
    assertThat(entries(store, name)).containsExactly(good);
  }

  @Test
  void t3KeepsOtherPlatformsOfTheSameFolderOnly() throws Exception {
    define("image: init\ntag: v1\n" + EVIL);
    ImageStore store = store("cache");
    build(store, false, AMD64, ARM64);
    define("image: init\ntag: v1\nfiles: [{path: /good, contents: g}]\n");
    build(store, false, AMD64);
    assertThat(entries(store, read().reference()))
        .extracting(Descriptor::platform)
        .containsExactly(Optional.of(AMD64));
    build(store, false, ARM64);
    assertThat(entries(store, read().reference()))
        .extracting(Descriptor::platform)
        .containsExactly(Optional.of(AMD64), Optional.of(ARM64));
  }

  private static List<Descriptor> entries(ImageStore store, Reference name) {
    Descriptor index = store.find(name).orElseThrow();
    return ImageIndex.parse(store.read(index), index.mediaType(), "test").manifests();
  }

  @Test
  void t3RebuildsAnImageOfUnknownOrigin() throws Exception {
    define(GOOD);
    ImageStore store = store("cache");
    Descriptor index = build(store, false, AMD64);
    Path records = temporary.resolve("cache/derived/component-1");
    for (Path record : files(records)) {
      Files.delete(record);
    }
    assertThat(find(store)).isEmpty();
    assertThat(build(store, false, AMD64)).isEqualTo(index);
    assertThat(find(store)).isPresent();
  }

  private static List<Path> files(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void t3IncludesInstalledIgnoredFilesInTheIdentity() throws Exception {
    define("image: app\nfiles: [{path: /app, source: bin}]\n");
    write(".gitignore", "bin/\n");
    write("bin/app", "good");
    ImageStore store = store("cache");
    provide(store);
    String tag = read().tag();
    write("bin/app", "evil");
    assertThat(read().tag()).isEqualTo(tag);
    assertThat(find(store)).isEmpty();
    write("bin/app", "good");
    assertThat(find(store)).isPresent();
  }

  @Test
  void t3DoesNotRecordAFolderThatChangesDuringItsBuild() throws Exception {
    define("image: app\nfiles: [{path: /app, source: app}]\n");
    write("app", "good");
    ImageStore store = store("cache");
    ComponentSource changing =
        new ComponentSource() {
          @Override
          public boolean isUsedBy(PackageFolder used) {
            return true;
          }

          @Override
          public SortedMap<String, String> provenance(PackageFolder used, Platform platform) {
            return new TreeMap<>();
          }

          @Override
          public FileTree addTo(
              FileTree tree, PackageFolder used, Platform platform, TemporaryStorage storage) {
            try {
              write("app", "evil");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return tree;
          }
        };
    try (PackageBuilder builder =
        new PackageBuilder(
            store,
            List.of(changing, new FilesSource(new GuestPrograms(guests))),
            temporary.resolve("t"),
            progress,
            _ -> {})) {
      PackageFolder good = read();
      builder.provide(good, List.of(AMD64));
      assertThat(builder.find(good, List.of(AMD64))).isEmpty();
    }
  }

  @Test
  void keepsRecordsAsLongAsTheirImages() throws Exception {
    define(GOOD);
    ImageStore store = store("cache");
    Descriptor image = provide(store).getFirst();
    Housekeeping care = new Housekeeping(store);
    care.clean(() -> {}, () -> 0);
    assertThat(find(store)).contains(List.of(image));
    care.remove(PackageBuilder.localName(read()));
    assertThat(temporary.resolve("cache/derived/component-1")).isEmptyDirectory();
  }

  @Test
  void sharesImagesBetweenPkgBuildAndSystems() throws Exception {
    define(GOOD);
    ImageStore store = store("cache");
    build(store, false, AMD64);
    progress.lines().clear();
    provide(store);
    assertThat(names(store))
        .containsExactly(read().reference().toString(), read().reference() + "-amd64");
    ImageStore other = store("other");
    provide(other);
    progress.lines().clear();
    build(other, false, AMD64);
    assertThat(progress.lines()).isEmpty();
    assertThat(names(other)).contains(read().reference().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.mobyproject.linuxkit.guest",
        "org.mobyproject.linuxkit.debian",
        "org.mobyproject.linuxkit.anything"
      })
  void t3RefusesReservedLabels(String label) throws Exception {
    define("image: init\nlabels:\n  x: y\n  " + label + ": sha256:3fb0\n" + EVIL);
    assertThatThrownBy(this::read)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("build.yml:4:" + (label.length() + 5))
        .hasMessageContaining("are reserved for linuxkit itself");
  }

  @Test
  void acceptsLabelsForTheUsersOfAnImage() throws Exception {
    define("image: k\nlabels: {org.mobyproject.linuxkit.modules: '[\"overlay\"]'}\n" + EVIL);
    ImageStore store = store("cache");
    assertThat(config(store, build(store, false, AMD64), AMD64).labels())
        .containsEntry("org.mobyproject.linuxkit.modules", "[\"overlay\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org: linuxkit.localhost\nimage: init\n",
        "org: LinuxKit.localhost/deep\nimage: init\n",
        "org: linuxkit.localhost:80/x\nimage: init\n",
      })
  void t3RefusesReservedNames(String name) throws Exception {
    define(name + EVIL);
    assertThatThrownBy(this::read)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("build.yml:1:6: org: linuxkit.localhost is reserved");
  }

  @Test
  void t3RefusesADigestInATag() throws Exception {
    define("image: init\ntag: 1@sha256:" + "0".repeat(64) + "\n" + EVIL);
    assertThatThrownBy(this::read)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("build.yml:2:6: tag: a tag cannot contain a digest");
    define("image: init\n" + EVIL);
    for (PackageOptions options :
        List.of(options("linuxkit.localhost", "1"), options("x", "1@sha256:" + "0".repeat(64)))) {
      assertThatThrownBy(() -> PackageFolder.read(folder, options, Map.of()))
          .isInstanceOf(PackageFailure.class)
          .hasMessageContaining("cannot be named");
    }
  }

  private static PackageOptions options(String org, String tag) {
    return new PackageOptions(
        Optional.empty(),
        Optional.empty(),
        "HEAD",
        Optional.of(org),
        Optional.of(tag),
        Optional.empty(),
        false,
        "build.yml");
  }

  @Test
  void replacesABrokenImageOfTheSameName() throws Exception {
    define(GOOD);
    ImageStore store = ImageStore.open(temporary.resolve("cache"), Progress.silent());
    Reference name = read().reference();
    store.name(name, store.add("application/vnd.oci.image.index.v1+json", "{".getBytes(UTF_8)));
    assertThat(provide(store)).hasSize(1);
    store.name(name, store.add("application/vnd.oci.image.manifest.v1+json", "{}".getBytes(UTF_8)));
    assertThat(find(store)).isPresent();
  }
}
