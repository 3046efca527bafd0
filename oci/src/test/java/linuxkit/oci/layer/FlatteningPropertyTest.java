package linuxkit.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import linuxkit.base.Failure;
import linuxkit.filesystem.FileTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flattens layers with every combination of entries of a few names. */
class FlatteningPropertyTest {
  private static final List<String> NAMES =
      List.of("a", "b", "c", "..", ".", "", ".wh.a", ".wh.b", ".wh..wh..opq", ".wh.", ".wh..wh.x");
  private static final int ENTRY = 5;

  @TempDir static Path directory;

  /**
   * Creates an archive from five bytes per entry: type, two names of the path, two of the target.
   */
  private static TestTar tar(byte[] program, int from, int to) {
    TestTar tar = new TestTar();
    for (int i = from; i + ENTRY <= to; i += ENTRY) {
      String path = name(program[i + 1]) + "/" + name(program[i + 2]);
      String target = name(program[i + 3]) + "/" + name(program[i + 4]);
      switch (program[i] & 3) {
        case 0 -> tar.file(path, "f");
        case 1 -> tar.directory(path);
        case 2 -> tar.symlink(path, target);
        default -> tar.hardLink(path, target);
      }
    }
    return tar;
  }

  private static String name(byte choice) {
    return NAMES.get(Math.floorMod(choice, NAMES.size()));
  }

  private static Optional<FileTree> flatten(byte[] program) {
    int half = program.length / 2 / ENTRY * ENTRY;
    try {
      return Optional.of(
          new TestLayers(directory)
              .flatten(tar(program, 0, half), tar(program, half, program.length)));
    } catch (Failure _) {
      // Any other exception is a defect.
      return Optional.empty();
    }
  }

  private static boolean check(byte[] program) {
    Optional<FileTree> tree = flatten(program);
    tree.ifPresent(
        t ->
            t.walk(
                entry -> {
                  assertThat(List.of(entry.path().split("/", -1)))
                      .allMatch(FileTree::isName)
                      .noneMatch(name -> name.startsWith(".wh."));
                  assertThat(t.find(entry.path()).orElseThrow()).isSameAs(entry);
                }));
    assertThat(flatten(program).map(TestLayers::listing)).isEqualTo(tree.map(TestLayers::listing));
    return tree.isPresent();
  }

  @Test
  void flattensOrRefusesEveryCombination() {
    Random random = new Random(7);
    int trees = 0;
    for (int i = 0; i < 200; i++) {
      byte[] program = new byte[2 * ENTRY * (1 + i % 4)];
      random.nextBytes(program);
      if (check(program)) {
        trees++;
      }
    }
    // The programs are only meaningful if some are refused and some accepted.
    assertThat(trees).isBetween(10, 190);
  }

  @FuzzTest
  void flattensOrRefusesAnyProgram(byte[] program) {
    check(program);
  }

  @FuzzTest
  void readsOrRefusesAnyBytes(byte[] blob) {
    try {
      new Flattening().apply(new TestLayers(directory).open(blob, blob), "image");
    } catch (Failure _) {
      // Any other exception is a defect.
    }
  }
}
