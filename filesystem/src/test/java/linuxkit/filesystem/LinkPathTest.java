package linuxkit.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkPathTest {
  private final FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));

  LinkPathTest() {
    for (String directory : List.of("a", "a/b", "c")) {
      tree.put(directory, new Node.Directory(Metadata.of(0755, 0, 0, 0)), Origin.NONE);
    }
    tree.put(
        "a/b/file",
        new Node.RegularFile(Metadata.of(0644, 0, 0, 0), Content.of(new byte[1])),
        Origin.NONE);
    link("c/relative", "../a/b/file");
    link("c/absolute", "/a/./b//file");
    link("c/above", "../../../../a/b/file");
    link("c/directory", "../a");
    link("c/chain", "directory/b/file");
    link("c/loop", "loop");
    link("c/dangling", "nothing");
    link("c/root", "/");
  }

  private void link(String path, String target) {
    tree.put(path, new Node.Symlink(Metadata.of(0777, 0, 0, 0), target), Origin.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b/file, a/b/file, ''",
    "c/relative, a/b/file, c/relative",
    "c/absolute, a/b/file, c/absolute",
    "c/above, a/b/file, c/above",
    "c/directory/b, a/b, c/directory",
    "c/chain, a/b/file, c/chain c/directory",
    "c/root/a/b, a/b, c/root",
    "c/root, '', c/root"
  })
  void linksAreFollowed(String path, String end, String links) {
    LinkPath followed = LinkPath.follow(tree, path).orElseThrow();
    assertThat(followed.end().path()).isEqualTo(end);
    assertThat(String.join(" ", followed.links())).isEqualTo(links);
  }

  @ParameterizedTest
  @CsvSource({"nothing", "c/dangling", "c/loop", "a/b/file/x", "c/relative/x"})
  void otherPathsLeadNowhere(String path) {
    assertThat(LinkPath.follow(tree, path)).isEmpty();
  }

  @Test
  void chainsHaveALimit() {
    link("l0", "a");
    for (int i = 1; i <= 8; i++) {
      link("l" + i, "l" + (i - 1));
    }
    assertThat(LinkPath.follow(tree, "l7")).isPresent();
    assertThat(LinkPath.follow(tree, "l8")).isEmpty();
  }
}
