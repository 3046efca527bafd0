package linuxkit.oci.layer;

import static linuxkit.oci.layer.TestLayers.listing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

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
    assertThatThrownBy(() -> flatten(tars))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("image, layer sha256:")
        .hasMessageContaining("entry ")
        .hasMessageContaining(what);
  }

  private static TestTar tar() {
    return new TestTar();
  }

  // Interaction of layers.

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

  // Whiteouts.

  private static TestTar lower() {
    return tar().directory("d/").file("d/a", "a").file("d/b", "b").file("e", "e");
  }

  @Test
  void hidesAFileOrDirectoryOfLowerLayers() {
    assertThat(listing(flatten(lower(), tar().file("d/.wh.a", ""))))
        .containsExactly("d/", "d/b=b", "e=e");
    assertThat(listing(flatten(lower(), tar().file(".wh.d", "")))).containsExactly("e=e");
  }

  @Test
  void hidesOnlyLowerLayersWithAnOpaqueMarkerAfterItsSiblings() {
    assertThat(
            listing(
                flatten(
                    lower(), tar().directory("d/").file("d/c", "c").file("d/.wh..wh..opq", ""))))
        .containsExactly("d/", "d/c=c", "e=e");
  }

  @Test
  void hidesOnlyLowerLayersWithAnOpaqueMarkerBeforeItsSiblings() {
    assertThat(listing(flatten(lower(), tar().file("d/.wh..wh..opq", "").file("d/c", "c"))))
        .containsExactly("d/", "d/c=c", "e=e");
  }

  @Test
  void hidesAllLowerLayersWithAnOpaqueMarkerAtTheRoot() {
    assertThat(listing(flatten(lower(), tar().file("x", "x").file(".wh..wh..opq", ""))))
        .containsExactly("x=x");
  }

  @Test
  void keepsAFileThatItsOwnLayerAlsoHides() {
    assertThat(listing(flatten(lower(), tar().file("e", "new").file(".wh.e", ""))))
        .contains("e=new");
    assertThat(listing(flatten(lower(), tar().file(".wh.e", "").file("e", "new"))))
        .contains("e=new");
  }

  @Test
  void appliesWhiteoutsToLowerLayersOnly() {
    assertThat(listing(flatten(tar().file("f", "f").file(".wh.f", "")))).containsExactly("f=f");
    assertThat(listing(flatten(lower(), tar().file(".wh.e", ""), tar().file("e", "again"))))
        .contains("e=again");
    TestTar anew = tar().directory("d/").file("d/c", "c");
    assertThat(listing(flatten(lower(), tar().file(".wh.d", ""), anew)))
        .containsExactly("d/", "d/c=c", "e=e");
  }

  @Test
  void ignoresAWhiteoutOfAMissingFile() {
    assertThat(listing(flatten(tar().file(".wh.nothing", "").file("a/b/.wh.c", "")))).isEmpty();
  }

  @Test
  void appliesAWhiteoutBehindASymlinkedDirectory() {
    assertThat(
            listing(
                flatten(
                    tar()
                        .directory("usr/")
                        .directory("usr/lib/")
                        .file("usr/lib/x", "x")
                        .symlink("lib", "usr/lib"),
                    tar().file("lib/.wh.x", ""))))
        .containsExactly("lib -> usr/lib", "usr/", "usr/lib/");
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh."})
  void refusesAWhiteoutWithoutAFileName(String name) {
    assertRefused("the whiteout does not name a file", tar().file(name, ""));
  }

  @Test
  void refusesAFileInADirectoryNamedLikeAWhiteout() {
    assertRefused("named like a whiteout", tar().file(".wh.etc/somefile", ""));
    assertRefused("cannot be a directory", tar().directory(".wh.etc/"));
  }

  @Test
  void doesNotCreateADirectoryNamedLikeAWhiteoutBehindALink() {
    assertRefused(
        "leads to a directory named like a whiteout",
        tar().symlink("a", ".wh.b/c"),
        tar().file("a/x", ""));
  }

  @Test
  void removesAttributesOfOverlayfs() {
    FileTree tree =
        flatten(
            tar()
                .record("SCHILY.xattr.trusted.overlay.opaque", "y")
                .directory("d/")
                .record("SCHILY.xattr.user.overlay.redirect", "/etc")
                .directory("e/")
                .record("SCHILY.xattr.user.kept", "v")
                .file("f", "f"));
    assertThat(tree.find("d").orElseThrow().node().metadata().xattrs()).isEmpty();
    assertThat(tree.find("e").orElseThrow().node().metadata().xattrs()).isEmpty();
    assertThat(tree.find("f").orElseThrow().node().metadata().xattrs())
        .containsExactly(entry("user.kept", "v"));
  }

  @Test
  void ignoresMetadataOfAufs() {
    assertThat(
            listing(
                flatten(
                    tar()
                        .directory(".wh..wh.plnk/")
                        .file(".wh..wh.plnk/12.34", "x")
                        .file(".wh..wh.aufs", "")
                        .file("f", "f"))))
        .containsExactly("f=f");
  }

  @Test
  void appliesWhiteoutsThatAreHardLinks() {
    assertThat(listing(flatten(lower(), tar().hardLink(".wh.e", ".wh..wh.aufs"))))
        .doesNotContain("e=e");
  }

  @Test
  void keepsWhiteoutDevicesOfOverlayfs() {
    assertThat(listing(flatten(lower(), tar().entry('3', "e", "", 0, new byte[0]))))
        .contains("e device 0:0");
  }

  // Names and links.

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
        "of the hard link is missing", lower(), tar().file(".wh.e", "").hardLink("l", "e"));
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
