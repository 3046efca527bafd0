package linuxkit.packaging.debian;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Progress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An archive of Debian packages, and what resolves and unpacks them. */
abstract class DebianArchiveFixture {
  @TempDir Path temporary;
  TestArchive archive;

  @BeforeEach
  void start() throws IOException {
    archive = new TestArchive(temporary);
  }

  @AfterEach
  void stop() {
    archive.close();
  }

  List<String> resolve(List<String> wanted, List<String> exclude, boolean recommends)
      throws IOException {
    try (DebianArchive debian = new DebianArchive(archive.options(), Progress.silent())) {
      return debian
          .resolve("trixie", List.of("main"), "amd64", wanted, exclude, recommends)
          .stream()
          .map(DebianPackage::toString)
          .toList();
    }
  }

  static void resolve(DebianOptions options, List<String> wanted) {
    try (DebianArchive debian = new DebianArchive(options, Progress.silent())) {
      debian.resolve("trixie", List.of("main"), "amd64", wanted, List.of(), false);
    }
  }

  void unpack(String... names) throws IOException {
    try (TemporaryStorage storage = TemporaryStorage.open(temporary.resolve("tmp"))) {
      unpack(storage, names);
    }
  }

  PackageTree unpack(TemporaryStorage storage, String... names) throws IOException {
    PackageTree tree = new PackageTree(storage, 0);
    try (DebianArchive debian = new DebianArchive(archive.options(), Progress.silent())) {
      for (DebianPackage pack :
          debian.resolve("trixie", List.of("main"), "amd64", List.of(names), List.of(), false)) {
        tree.add(pack, debian.fetch(pack));
      }
    }
    return tree;
  }
}
