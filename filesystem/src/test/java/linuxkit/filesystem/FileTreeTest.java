package linuxkit.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTreeTest {
  private final FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));

  private void directory(String path) {
    Trees.put(tree, path, Trees.directory(0755));
  }

  private Node file(String path) {
    Node node = Trees.file(path.getBytes(UTF_8), Metadata.of(0644, 0, 0, 0));
    Trees.put(tree, path, node);
    return node;
  }

  private List<String> paths() {
    List<String> paths = new ArrayList<>();
    tree.walk(entry -> paths.add(entry.path()));
    return paths;
  }

  @Test
  void visitsParentsFirstAndNamesInByteOrder() {
    for (String path : List.of("b", "a", "a.d", "a/z")) {
      directory(path);
    }
    List.of("\uff5e", "😀", "é", "z", "Z", "-").forEach(this::file);
    assertThat(paths()).containsExactly("-", "Z", "a", "a/z", "a.d", "b", "z", "é", "\uff5e", "😀");
  }

  @Test
  void ordersNamesByTheirUtf8Bytes() {
    List<String> names =
        new ArrayList<>(
            List.of(
                "", "a", "ab", "a\u007f", "é", "\ud7ff", "\ue000", "\uffff", "😀", "😀a", "𐀀"));
    Collections.reverse(names);
    names.sort(FileTree.BY_BYTES);
    List<String> byBytes = new ArrayList<>(names);
    byBytes.sort((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
    assertThat(names).isEqualTo(byBytes);
  }

  @Test
  void directoryOverADirectoryKeepsEntries() {
    directory("d");
    file("d/f");
    Trees.put(tree, "d", Trees.directory(0700));
    assertThat(paths()).containsExactly("d", "d/f");
    assertThat(tree.find("d").orElseThrow().node().metadata().permissions()).isEqualTo(0700);
  }

  @Test
  void otherReplacementsRemoveEntries() {
    directory("d");
    file("d/f");
    Node file = file("d");
    assertThat(paths()).containsExactly("d");
    assertThat(tree.find("d").orElseThrow().node()).isSameAs(file);
    directory("d");
    assertThat(paths()).containsExactly("d");
  }

  @Test
  void removesEverythingBelow() {
    directory("d");
    directory("d/e");
    file("d/e/f");
    tree.remove("d/e/missing");
    tree.remove("missing/e");
    assertThat(paths()).hasSize(3);
    tree.remove("d/e");
    assertThat(paths()).containsExactly("d");
    assertThat(tree.find("d/e/f")).isEmpty();
  }

  @Test
  void forgetsRemovedEntriesOfTheLastLookup() {
    directory("d");
    directory("d/e");
    file("d/e/f");
    tree.remove("d");
    assertThat(tree.find("d/e/f")).isEmpty();
    assertThat(tree.find("d/e")).isEmpty();
    assertThatThrownBy(() -> file("d/e/g")).isInstanceOf(IllegalArgumentException.class);
    file("d");
    assertThat(tree.find("d/e")).isEmpty();
    tree.put("d", Trees.directory(0755), Origin.NONE);
    file("d/e");
    assertThat(tree.find("d/e/f")).isEmpty();
    tree.put("d/e", Trees.directory(0755), Origin.NONE);
    file("d/e/f");
    assertThat(paths()).containsExactly("d", "d/e", "d/e/f");
  }

  @Test
  void rootCanOnlyChangeItsMetadata() {
    file("f");
    tree.put("", Trees.directory(0700), Origin.NONE);
    assertThat(tree.root().node().metadata().permissions()).isEqualTo(0700);
    assertThat(tree.root().name()).isEmpty();
    assertThat(tree.find("").orElseThrow()).isSameAs(tree.root());
    assertThat(paths()).containsExactly("f");
    assertThatThrownBy(() -> tree.put("", new Node.Fifo(Metadata.of(0, 0, 0, 0)), Origin.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesEntriesBelowFilesAndSymbolicLinks() {
    file("f");
    directory("d");
    Trees.put(tree, "link", new Node.Symlink(Metadata.of(0777, 0, 0, 0), "d"));
    for (String path : List.of("f/x", "link/x", "missing/x")) {
      assertThatThrownBy(() -> file(path)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a", "a/", "a//b", ".", "..", "a/..", "a/./b", "a\0b"})
  void refusesMalformedPaths(String path) {
    directory("a");
    assertThatThrownBy(() -> file(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void walksPathsAsDeepAsArchivesAllow() {
    String path = "d";
    directory(path);
    for (int i = 0; i < 2500; i++) {
      path += "/d";
      directory(path);
    }
    assertThat(paths()).hasSize(2501).last().isEqualTo(path);
  }

  @Test
  void keepsLargeDirectoriesSortedWhateverTheOrder() {
    Random random = new Random(7);
    TreeMap<String, Node> expected = new TreeMap<>();
    directory("d");
    for (int i = 0; i < 20_000; i++) {
      String name = "f%05d".formatted(random.nextInt(8000));
      if (random.nextInt(3) == 0) {
        tree.remove("d/" + name);
        expected.remove(name);
      } else {
        expected.put(name, file("d/" + name));
      }
    }
    Collection<FileTree.Entry> children = tree.find("d").orElseThrow().children();
    assertThat(children).hasSameSizeAs(expected.keySet());
    assertThat(children.stream().map(FileTree.Entry::name))
        .containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (name, node) ->
            assertThat(tree.find("d/" + name).orElseThrow().node()).as(name).isSameAs(node));
    expected.keySet().forEach(name -> tree.remove("d/" + name));
    assertThat(paths()).containsExactly("d");
    file("d/again");
    assertThat(paths()).containsExactly("d", "d/again");
  }

  @Test
  void takesManyFilesInReverseOrder() {
    directory("d");
    for (int i = 99_999; i >= 0; i--) {
      tree.put("d/%06d".formatted(i), Trees.directory(0755), Origin.NONE);
    }
    assertThat(paths()).hasSize(100_001).isSorted();
  }

  @Test
  void replacesFilesAndSharesDirectoriesWithoutAny() {
    for (String path : List.of("a", "a/b", "c")) {
      directory(path);
    }
    Node old = file("a/b/f");
    file("a/b/g");
    file("c/f");
    Node now = Trees.file("new".getBytes(UTF_8), Metadata.of(0644, 0, 0, 0));
    FileTree replaced = tree.replace(node -> node.equals(old) ? now : node);
    assertThat(replaced.find("a/b/f").orElseThrow().node()).isSameAs(now);
    assertThat(tree.find("a/b/f").orElseThrow().node()).isSameAs(old);
    List<String> paths = new ArrayList<>();
    replaced.walk(entry -> paths.add(entry.path()));
    assertThat(paths).isEqualTo(paths());
    assertThat(replaced.find("c").orElseThrow()).isSameAs(tree.find("c").orElseThrow());
  }

  @Test
  void copiesAreIndependent() {
    directory("d");
    file("d/f");
    FileTree copy = tree.copy();
    copy.remove("d/f");
    copy.put("d", Trees.directory(0700), Origin.NONE);
    assertThat(paths()).containsExactly("d", "d/f");
    assertThat(tree.find("d").orElseThrow().node().metadata().permissions()).isEqualTo(0755);
  }

  @Test
  void putsFilesUnderTheNamesOfOtherEntries() {
    directory("d");
    Node link = new Node.Symlink(Metadata.of(0777, 0, 0, 0), "x");
    FileTree other = new FileTree(Metadata.of(0755, 0, 0, 0));
    other.put("é", link, Origin.NONE);
    FileTree.Entry directory = tree.find("d").orElseThrow();
    FileTree.Entry named = other.find("é").orElseThrow();
    assertThat(directory.childNamedLike(named)).isEmpty();
    FileTree.Entry placed = tree.put(directory, named, link, Origin.NONE);
    assertThat(placed.path()).isEqualTo("d/é");
    assertThat(directory.childNamedLike(named)).containsSame(placed);
    assertThatThrownBy(() -> tree.put(placed, named, link, Origin.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesLittleMemoryForAFile() {
    Node node = Trees.directory(0755);
    long before = used();
    FileTree large = new FileTree(Metadata.of(0755, 0, 0, 0));
    for (int i = 0; i < 200_000; i++) {
      if (i % 1000 == 0) {
        large.put("directory-%03d".formatted(i / 1000), node, Origin.NONE);
      }
      large.put("directory-%03d/file-%06d".formatted(i / 1000, i), node, Origin.NONE);
    }
    long each = (used() - before) / 200_000;
    assertThat(large.find("directory-199/file-199999")).isPresent();
    assertThat(each).isLessThan(120);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void refusesMetadataOutOfRange() {
    assertThatThrownBy(() -> Metadata.of(010000, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Metadata.of(0, 0xffff_ffffL, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Metadata.of(0, 0, -1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Node.Device(Metadata.of(0, 0, 0, 0), Node.Device.Kind.CHARACTER, 4096, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Node.Symlink(Metadata.of(0, 0, 0, 0), ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
