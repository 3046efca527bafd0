package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Platform;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.debian.TestArchive;
import org.junit.jupiter.api.Test;

/** Builds an image again only if what it is made of has changed. */
class PackageRebuildTest extends ComponentFixture {
  /** An image that an older version of the program built with other rules is not used again. */
  @Test
  void rebuildsAnImageBuiltByOtherRules() throws Exception {
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      Path tool = temporary.resolve("tool");
      content(tool, "usr/bin/tool", "usr/share/doc/tool/copyright");
      archive.add("tool", "1", "", tool);
      archive.publish();
      define("image: hello\narches: [amd64]\ndebian: {packages: [tool]}\n");
      ImageStore store = store("cache");
      Descriptor index = build(store, archive.options(), false, AMD64);
      assertThat(config(store, index, AMD64).labels()).containsEntry(DebianSource.RULES_LABEL, "5");
      ComponentSource newer =
          new ComponentSource() {
            @Override
            public boolean isUsedBy(PackageFolder used) {
              return true;
            }

            @Override
            public SortedMap<String, String> provenance(PackageFolder used, Platform platform) {
              return new TreeMap<>(Map.of(DebianSource.RULES_LABEL, "6"));
            }

            @Override
            public FileTree addTo(
                FileTree tree, PackageFolder used, Platform platform, TemporaryStorage storage) {
              return tree;
            }
          };
      try (PackageBuilder builder =
          new PackageBuilder(store, List.of(newer), temporary, progress, _ -> {})) {
        PackageFolder read = PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
        assertThat(builder.find(read, List.of(AMD64))).isEmpty();
        builder.build(read, List.of(AMD64), false);
        assertThat(builder.find(read, List.of(AMD64))).isPresent();
      }
      assertThat(isBuilt(store, AMD64)).as("by the older rules").isFalse();
    }
  }

  @Test
  void buildsTheSameImageAnywhere() throws Exception {
    write("b/two", "2");
    write("b/one", "1");
    define("image: hello\nfiles: [{path: /x, source: b}, {path: /g, guest: true}]\n");
    Descriptor first = build(store("first"), false, AMD64, ARM64);
    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
      Path other = Files.createDirectories(temporary.resolve("elsewhere/hello"));
      for (String name : List.of("b/one", "build.yml", "b/two")) {
        Files.createDirectories(other.resolve("b"));
        Files.copy(folder.resolve(name), other.resolve(name));
        Files.setLastModifiedTime(other.resolve(name), FileTime.from(Instant.EPOCH));
        Files.setPosixFilePermissions(
            other.resolve(name), PosixFilePermissions.fromString("rw-rw-rw-"));
      }
      folder = other;
      ImageStore store = store("second");
      build(store, false, ARM64);
      assertThat(build(store, false, ARM64, AMD64)).isEqualTo(first);
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
    }
  }

  @Test
  void usesTheImageInTheStore() throws Exception {
    define("image: hello\nfiles: [{path: /g, guest: true}]\n");
    ImageStore store = store("cache");
    Descriptor first = build(store, false, AMD64, ARM64);
    progress.lines().clear();
    assertThat(build(store, false, AMD64, ARM64)).isEqualTo(first);
    assertThat(progress.lines()).isEmpty();
    assertThat(build(store, true, AMD64, ARM64)).isEqualTo(first);
    assertThat(progress.lines()).hasSize(2);

    Files.writeString(guests.resolve("arm64/guest"), "a newer guest");
    assertThat(isBuilt(store, AMD64)).isTrue();
    assertThat(isBuilt(store, AMD64, ARM64)).isFalse();
    progress.lines().clear();
    assertThat(build(store, false, AMD64, ARM64)).isNotEqualTo(first);
    assertThat(progress.lines()).singleElement().asString().contains("linux/arm64");
  }

  @Test
  void rebuildsAnIncompleteImage() throws Exception {
    define("image: hello\nfiles: [{path: /x, contents: y}]\n");
    ImageStore store = store("cache");
    Descriptor first = build(store, false, AMD64);
    ImageManifest manifest = manifest(store, first, AMD64);
    for (Descriptor lost : List.of(first, manifest.config(), manifest.layers().getFirst())) {
      Files.delete(temporary.resolve("cache/blobs/sha256").resolve(lost.digest().hex()));
      assertThat(isBuilt(store, AMD64)).isFalse();
      assertThat(build(store, false, AMD64)).isEqualTo(first);
      assertThat(store.has(lost)).isTrue();
    }
  }
}
