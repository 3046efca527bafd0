package linuxkit.oci.layer;

import static linuxkit.oci.layer.TestLayers.listing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import linuxkit.base.Failure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatteningTest {
  @TempDir Path directory;

  private FileTree flatten(TestTar... tars) {
    return new TestLayers(directory).flatten(tars);
  }

  private void assertRefused(String what, TestTar... tars) {
    new TestLayers(directory).assertRefused(what, tars);
  }

  private static TestTar tar() {
    return new TestTar();
  }

  @Test
  void replacesLowerFiles() {
    assertThat(
            listing(
                flatten(
                    tar().directory("d/").file("d/f", "old").file("d/g", "g"),
                    tar().file("d/f", "new"))))
        .containsExactly("d/", "d/f=new", "d/g=g");
  }

  @Test
  void mergesDirectoriesAndReplacesTheirAttributes() {
    FileTree tree =
        flatten(tar().directory("d/", 0700).file("d/f", "f"), tar().directory("d/", 0555));
    assertThat(listing(tree)).containsExactly("d/", "d/f=f");
    assertThat(tree.find("d").orElseThrow().node().metadata().permissions()).isEqualTo(0555);
  }

  @Test
  void replacesAFileByADirectoryAndThatByASymlink() {
    assertThat(
            listing(
                flatten(
                    tar().file("x", "file").directory("x/").file("x/y", "y").symlink("x", "z"))))
        .containsExactly("x -> z");
    assertThat(listing(flatten(tar().symlink("x", "z"), tar().directory("x/").file("x/y", "y"))))
        .containsExactly("x/", "x/y=y");
  }

  @Test
  void appliesTheAttributesOfARootEntry() {
    assertThat(flatten(tar().directory("./", 0700)).root().node().metadata().permissions())
        .isEqualTo(0700);
    assertThat(flatten(tar()).root().node().metadata()).isEqualTo(Metadata.of(0755, 0, 0, 0));
  }

  @Test
  void createsMissingParentsOwnedByRoot() {
    FileTree tree = flatten(tar().file("a/b/c", "c"));
    assertThat(listing(tree)).containsExactly("a/", "a/b/", "a/b/c=c");
    assertThat(tree.find("a/b").orElseThrow().node().metadata())
        .isEqualTo(Metadata.of(0755, 0, 0, 0));
    assertThat(tree.find("a").orElseThrow().origin().layer()).startsWith("sha256:");
  }

  @Test
  void usesTheLastOfDuplicateEntries() {
    assertThat(listing(flatten(tar().file("f", "1").file("f", "2")))).containsExactly("f=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/x", "a/../../x", "..", "a/..", "../x"})
  void refusesNamesThatLeaveTheRoot(String name) {
    assertThatThrownBy(() -> flatten(tar().file(name, "x")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("image, layer sha256:");
  }

  @Test
  void putsAFileBehindALinkAtTheLinksTarget() {
    assertThat(
            listing(
                flatten(
                    tar().directory("usr/").directory("usr/lib/").symlink("lib", "usr/lib"),
                    tar().directory("lib/x/").file("lib/x/y", "y"),
                    tar().file("lib/x/z", "z"))))
        .containsExactly(
            "lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/x/", "usr/lib/x/y=y", "usr/lib/x/z=z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc", "../../../../etc", "/../etc", "./x/../../etc", "/"})
  void keepsFilesBehindASymlinkOutOfTheImageInside(String target) {
    FileTree tree = flatten(tar().symlink("out", target).file("out/passwd", "p"));
    assertThat(listing(tree))
        .contains(target.equals("/") ? "passwd=p" : "etc/passwd=p", "out -> " + target);
  }

  @Test
  void keepsFilesBehindASymlinkOfAnotherLayerInside() {
    assertThat(
            listing(
                flatten(tar().symlink("a", "/b").symlink("b", "../../c"), tar().file("a/f", "f"))))
        .containsExactly("a -> /b", "b -> ../../c", "c/", "c/f=f");
  }

  @Test
  void refusesCircularSymlinks() {
    assertRefused(
        "too many symbolic links", tar().symlink("a", "b").symlink("b", "a").file("a/f", "f"));
    assertRefused("too many symbolic links", tar().symlink("a", "a/x").file("a/f", "f"));
  }

  @Test
  void doesNotLetASymlinkAtTheRootRedirectLaterLayers() {
    // CVE-2021-29136: an entry "/." that is a symbolic link.
    assertThatThrownBy(() -> flatten(tar().symlink("/.", "/etc"), tar().file("passwd", "p")))
        .isInstanceOf(Failure.class);
  }

  @Test
  void refusesLinksThatDeepenTheTreeWithoutLimit() {
    String deep = "d/".repeat(1000);
    assertRefused(
        "the path is too long",
        tar()
            .longSymlink("l0", deep)
            .longSymlink("l1", "l0/" + deep)
            .longSymlink("l2", "l1/" + deep)
            .file("l1/f", "f")
            .file("l2/f", "f"));
  }

  @Test
  void refusesLinksThatTakeTooLongToFollow() {
    TestTar tar = tar().longSymlink("l", "d/".repeat(1000));
    for (int i = 0; i < 100; i++) {
      tar.file("l/" + i, "");
    }
    assertRefused("too many paths through symbolic links", tar);
  }

  @Test
  void refusesAFileBelowAFile() {
    assertRefused("\"f\" on the path is not a directory", tar().file("f", "f").file("f/g", "g"));
    assertRefused("is not a directory", tar().file("f", "f"), tar().file("f/g", "g"));
  }

  @Test
  void keepsHardLinksAsOneFile() {
    FileTree tree =
        flatten(
            tar().file("a", "a").hardLink("b", "a").symlink("s", "x").hardLink("t", "s"),
            tar().hardLink("c", "./a"));
    assertThat(listing(tree)).containsExactly("a=a", "b=a", "c=a", "s -> x", "t -> x");
    assertThat(tree.find("b").orElseThrow().node()).isSameAs(tree.find("a").orElseThrow().node());
    assertThat(tree.find("c").orElseThrow().node()).isSameAs(tree.find("a").orElseThrow().node());
  }

  @Test
  void keepsAHardLinkedFileWhoseNameIsReused() {
    assertThat(listing(flatten(tar().file("a", "1").hardLink("b", "a").file("a", "2"))))
        .containsExactly("a=2", "b=1");
  }

  @Test
  void keepsAHardLinkedFileOfALowerLayer() {
    TestTar lower = tar().file("a", "1").hardLink("b", "a");
    assertThat(listing(flatten(lower, tar().file("a", "2")))).containsExactly("a=2", "b=1");
    assertThat(listing(flatten(lower, tar().file(".wh.a", "")))).containsExactly("b=1");
  }

  @Test
  void resolvesHardLinksBehindASymlinkedDirectory() {
    assertThat(
            listing(
                flatten(
                    tar()
                        .directory("usr/")
                        .file("usr/f", "f")
                        .symlink("u", "/usr")
                        .hardLink("g", "u/f"))))
        .contains("g=f");
  }

  @Test
  void refusesAHardLinkToAMissingFile() {
    assertRefused(
        "the target \"nothing\" of the hard link is missing", tar().hardLink("l", "nothing"));
    assertRefused("of the hard link is missing", tar().hardLink("l", "later").file("later", "x"));
    assertRefused("of the hard link is missing", tar().hardLink("l", "/etc/passwd"));
    assertRefused(
        "of the hard link is missing",
        TestLayers.lower(),
        tar().file(".wh.e", "").hardLink("l", "e"));
  }

  @Test
  void refusesAHardLinkToADirectoryOrToItself() {
    assertRefused("of the hard link is a directory", tar().directory("d/").hardLink("l", "d"));
    assertRefused("the hard link refers to itself", tar().file("l", "x").hardLink("l", "l"));
    assertThatThrownBy(() -> flatten(tar().hardLink("l", ".."))).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> flatten(tar().hardLink("l", "../../etc/passwd")))
        .isInstanceOf(Failure.class);
  }

  @Test
  void refusesAnArchiveTruncatedWithinAFile() {
    byte[] whole = tar().file("f", "x".repeat(2000)).bytes();
    byte[] cut = Arrays.copyOf(whole, 1024);
    assertThatThrownBy(() -> new TestLayers(directory).open(cut, cut))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("image, layer sha256:");
  }
}
