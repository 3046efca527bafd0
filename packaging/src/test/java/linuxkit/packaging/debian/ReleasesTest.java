package linuxkit.packaging.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
  @TempDir Path directory;

  private static List<String> resolve(DebianOptions options, String... names) {
    try (DebianArchive archive = new DebianArchive(options, Progress.silent())) {
      return archive
          .resolve("trixie", List.of("main"), "amd64", List.of(names), List.of(), false)
          .stream()
          .map(DebianPackage::toString)
          .toList();
    }
  }

  @Test
  void keepsTheNewerRelease() throws Exception {
    try (TestArchive archive = new TestArchive(directory)) {
      archive.add("tool", "2", "");
      archive.publish();
      assertThat(resolve(archive.options(), "tool").toString()).contains("2");

      archive.forget();
      archive.add("tool", "1", "");
      archive.date("Mon, 1 Jun 2026 10:00:00 UTC");
      archive.publish();
      DebianOptions later = archive.options(TestArchive.NOW.plus(Duration.ofHours(2)));
      assertThat(resolve(later, "tool").toString()).contains("2");
      // Not for an hour alone, but for good.
      DebianOptions evenLater = archive.options(TestArchive.NOW.plus(Duration.ofHours(9)));
      assertThat(resolve(evenLater, "tool").toString()).contains("2");
      // Cleaning up does not make one forget either.
      assertThat(DebianArchive.prune(archive.options().cache())).isPositive();
      assertThat(archive.options().cache().resolve("sha256")).isEmptyDirectory();
      DebianOptions last = archive.options(TestArchive.NOW.plus(Duration.ofHours(12)));
      assertThat(resolve(last, "tool").toString()).contains("2");

      archive.date("Mon, 1 Jun 2026 12:00:00 UTC");
      archive.publish();
      DebianOptions newest = archive.options(TestArchive.NOW.plus(Duration.ofHours(14)));
      assertThat(resolve(newest, "tool").toString()).contains("1");
    }
  }

  @Test
  void refusesAnOlderReleaseIfFilesAreMissing() throws Exception {
    try (TestArchive archive = new TestArchive(directory)) {
      archive.add("tool", "2", "");
      archive.publish();
      resolve(archive.options(), "tool");
      Path release = archive.www("dists/trixie/InRelease");
      Path hidden = Files.move(release, release.resolveSibling("hidden"));
      DebianOptions later = archive.options(TestArchive.NOW.plus(Duration.ofHours(2)));
      assertThatThrownBy(() -> resolve(later, "tool"))
          .isInstanceOf(DebianFailure.MissingSuite.class);

      Files.move(hidden, release);
      Path indexes = archive.www("dists/trixie/main/binary-amd64");
      Path away = Files.move(indexes, indexes.resolveSibling("away"));
      DebianArchive.prune(archive.options().cache());
      assertThatThrownBy(() -> resolve(later, "tool")).isInstanceOf(DebianFailure.Missing.class);

      Files.move(away, indexes);
      archive.forget();
      archive.add("tool", "1", "");
      archive.date("Mon, 1 Jun 2026 10:00:00 UTC");
      archive.publish();
      assertThat(resolve(later, "tool").toString()).contains("2");
    }
  }

  @Test
  void readsMirrorsWithoutNamesByHash() throws Exception {
    try (TestArchive archive = new TestArchive(directory)) {
      archive.add("tool", "2", "");
      archive.publish();
      Path folder = archive.www("dists/trixie/main/binary-amd64");
      try (Stream<Path> files = Files.list(folder.resolve("by-hash/SHA256"))) {
        Files.move(files.findFirst().orElseThrow(), folder.resolve("Packages.xz"));
      }
      assertThat(resolve(archive.options(), "tool").toString()).contains("2");
    }
  }
}
