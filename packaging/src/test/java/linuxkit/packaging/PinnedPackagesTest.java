package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Sha256;
import linuxkit.oci.Digest;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.DebianFailure;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.debian.DebianPackage;
import linuxkit.packaging.debian.TestArchive;
import org.junit.jupiter.api.Test;

/** Builds components from packages that were chosen before. */
class PinnedPackagesTest extends ComponentFixture {
  private PackageFolder read() {
    return PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
  }

  private PackageBuilder builder(ImageStore store, DebianOptions debian, DebianSource.Pins pins) {
    return new PackageBuilder(
        store,
        List.of(new DebianSource(debian, (_, _) -> {}, pins, progress)),
        debian.cache().resolve("tmp"),
        progress,
        _ -> {});
  }

  private String image(ImageStore store, DebianOptions debian, DebianSource.Pins pins) {
    try (PackageBuilder builder = builder(store, debian, pins)) {
      return builder.provide(read(), List.of(AMD64)).getFirst().digest().toString();
    }
  }

  private boolean isThere(ImageStore store, DebianOptions debian, DebianSource.Pins pins) {
    try (PackageBuilder builder = builder(store, debian, pins)) {
      return builder.find(read(), List.of(AMD64)).isPresent();
    }
  }

  private static DebianSource.Pins pins(List<DebianPackage.Pin> packages) {
    return (_, _) -> Optional.of(packages);
  }

  @Test
  void buildsFromOldPackagesWhileAnArchiveHasThem() throws Exception {
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      Path content = temporary.resolve("content");
      content(content, "usr/bin/tool");
      Path deb = archive.add("tool", "1", "Depends: libx\n", content);
      archive.add("libx", "1", "");
      archive.publish();
      define("image: hello\narches: [amd64]\ndebian: {packages: [tool]}\n");
      DebianOptions debian = archive.options();
      DebianSource.Resolution old;
      try (DebianSource source = new DebianSource(debian, (_, _) -> {}, progress)) {
        old = source.resolve(read(), AMD64);
      }
      assertThat(old.packages())
          .extracting(DebianPackage.Pin::toString)
          .containsExactly("tool 1", "libx 1");
      try (Stream<Path> files = Files.walk(archive.www("dists"))) {
        Path release = files.filter(file -> file.endsWith("InRelease")).findFirst().orElseThrow();
        assertThat(old.states().values()).containsExactly(Sha256.of(release));
      }
      String first = image(store("first"), debian, DebianSource.Pins.NONE);

      // Also those of which no file is left, as of libx.
      assertThat(PackageRecords.of(store("first").work(), Digest.parse(first).orElseThrow()))
          .hasValueSatisfying(
              used ->
                  assertThat(used)
                      .extracting(each -> each.name() + " " + each.version() + " " + each.sha256())
                      .containsExactlyElementsOf(
                          old.packages().stream().map(pin -> pin + " " + pin.sha256()).toList()));
      new Housekeeping(store("first")).clean(() -> {}, () -> 0);
      assertThat(PackageRecords.of(store("first").work(), Digest.parse(first).orElseThrow()))
          .as("kept as long as the image")
          .isPresent();

      // What was built before from these packages is the pinned image, too.
      assertThat(isThere(store("first"), debian, pins(old.packages()))).isTrue();

      Files.writeString(content.resolve("usr/bin/tool"), "newer");
      archive.forget();
      archive.add("tool", "2", "", content);
      archive.publish();
      DebianOptions later = archive.options(TestArchive.NOW.plusSeconds(7200));
      String newest = image(store("second"), later, DebianSource.Pins.NONE);
      assertThat(newest).isNotEqualTo(first);
      assertThat(isThere(store("second"), later, pins(old.packages()))).isFalse();
      assertThat(image(store("second"), later, pins(old.packages()))).isEqualTo(first);

      try (Stream<Path> cached = Files.list(debian.cache().resolve("sha256"))) {
        cached.forEach(file -> assertThat(file.toFile().delete()).isTrue());
      }
      Files.delete(deb);
      assertThatThrownBy(() -> image(store("third"), later, pins(old.packages())))
          .isInstanceOfSatisfying(
              DebianFailure.Gone.class,
              gone ->
                  assertThat(gone.getMessage() + gone.hint())
                      .contains("no archive has the package tool 1 (", "linuxkit lock --update"));
      assertThat(store("third").list()).isEmpty();
    }
  }

  @Test
  void refusesPackagesFromOutsideOfTheArchive() throws Exception {
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      archive.add("tool", "1", "");
      archive.publish();
      define("image: hello\narches: [amd64]\ndebian: {packages: [tool]}\n");
      for (String file : List.of("../upload/evil.deb", "/upload/evil.deb", "pool/../../evil.deb")) {
        DebianPackage.Pin pin =
            new DebianPackage.Pin(
                "tool", "1", "amd64", "trixie", "Debian", file, 1, "0".repeat(64));
        assertThatThrownBy(() -> image(store("evil"), archive.options(), pins(List.of(pin))))
            .isInstanceOf(DebianFailure.Gone.class);
      }
      assertThat(archive.requests()).noneMatch(request -> request.contains("evil"));
    }
  }
}
