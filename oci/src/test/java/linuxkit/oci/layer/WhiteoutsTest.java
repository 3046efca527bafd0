package linuxkit.oci.layer;

import static linuxkit.oci.layer.TestLayers.listing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import linuxkit.filesystem.FileTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhiteoutsTest {
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
  void hidesAFileOrDirectoryOfLowerLayers() {
    assertThat(listing(flatten(TestLayers.lower(), tar().file("d/.wh.a", ""))))
        .containsExactly("d/", "d/b=b", "e=e");
    assertThat(listing(flatten(TestLayers.lower(), tar().file(".wh.d", ""))))
        .containsExactly("e=e");
  }

  @Test
  void hidesOnlyLowerLayersWithAnOpaqueMarkerAfterItsSiblings() {
    assertThat(
            listing(
                flatten(
                    TestLayers.lower(),
                    tar().directory("d/").file("d/c", "c").file("d/.wh..wh..opq", ""))))
        .containsExactly("d/", "d/c=c", "e=e");
  }

  @Test
  void hidesOnlyLowerLayersWithAnOpaqueMarkerBeforeItsSiblings() {
    assertThat(
            listing(flatten(TestLayers.lower(), tar().file("d/.wh..wh..opq", "").file("d/c", "c"))))
        .containsExactly("d/", "d/c=c", "e=e");
  }

  @Test
  void hidesAllLowerLayersWithAnOpaqueMarkerAtTheRoot() {
    assertThat(listing(flatten(TestLayers.lower(), tar().file("x", "x").file(".wh..wh..opq", ""))))
        .containsExactly("x=x");
  }

  @Test
  void keepsAFileThatItsOwnLayerAlsoHides() {
    assertThat(listing(flatten(TestLayers.lower(), tar().file("e", "new").file(".wh.e", ""))))
        .contains("e=new");
    assertThat(listing(flatten(TestLayers.lower(), tar().file(".wh.e", "").file("e", "new"))))
        .contains("e=new");
  }

  @Test
  void appliesWhiteoutsToLowerLayersOnly() {
    assertThat(listing(flatten(tar().file("f", "f").file(".wh.f", "")))).containsExactly("f=f");
    assertThat(
            listing(flatten(TestLayers.lower(), tar().file(".wh.e", ""), tar().file("e", "again"))))
        .contains("e=again");
    TestTar anew = tar().directory("d/").file("d/c", "c");
    assertThat(listing(flatten(TestLayers.lower(), tar().file(".wh.d", ""), anew)))
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
    assertThat(listing(flatten(TestLayers.lower(), tar().hardLink(".wh.e", ".wh..wh.aufs"))))
        .doesNotContain("e=e");
  }

  @Test
  void keepsWhiteoutDevicesOfOverlayfs() {
    assertThat(listing(flatten(TestLayers.lower(), tar().entry('3', "e", "", 0, new byte[0]))))
        .contains("e device 0:0");
  }
}
