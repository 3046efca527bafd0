package linuxkit.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archives of containerd's tests against leaving the root. Each test checks the resulting
 * files, or why an archive is refused.
 */
class BreakoutsTest {
  @TempDir Path directory;

  private final List<DynamicTest> tests = new ArrayList<>();

  private static TestTar tar() {
    return new TestTar();
  }

  private static TestTar etc() {
    return tar().directory("etc/").file("/etc/passwd", "inside");
  }

  private void leaves(String name, TestTar lower, TestTar upper, String... listing) {
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () ->
                assertThat(TestLayers.listing(new TestLayers(directory).flatten(lower, upper)))
                    .containsExactly(listing)));
  }

  private void refused(String name, TestTar lower, TestTar upper, String what) {
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () ->
                assertThatThrownBy(() -> new TestLayers(directory).flatten(lower, upper))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(what)));
  }

  @TestFactory
  Stream<DynamicTest> keepsFilesBehindSymbolicLinksInside() {
    TestTar none = tar();
    TestTar etc = tar().directory("etc/").directory("dummy/");
    leaves(
        "absolute",
        none,
        tar().directory("etc/").symlink("localetc", "/etc").file("/localetc/unbroken", "unbroken"),
        "etc/",
        "etc/unbroken=unbroken",
        "localetc -> /etc");
    leaves(
        "up and out",
        etc,
        tar().symlink("localetc", "/dummy/../etc").file("/localetc/unbroken", "unbroken"),
        "dummy/",
        "etc/",
        "etc/unbroken=unbroken",
        "localetc -> /dummy/../etc");
    leaves(
        "several, absolute",
        etc,
        tar()
            .symlink("/dummy/etc", "/etc")
            .symlink("localetc", "/dummy/etc")
            .file("/dummy/etc/unbroken", "unbroken"),
        "dummy/",
        "dummy/etc -> /etc",
        "etc/",
        "etc/unbroken=unbroken",
        "localetc -> /dummy/etc");
    leaves(
        "several, relative",
        etc,
        tar()
            .symlink("/dummy/etc", "/etc")
            .symlink("localetc", "./dummy/etc")
            .file("/dummy/etc/unbroken", "unbroken"),
        "dummy/",
        "dummy/etc -> /etc",
        "etc/",
        "etc/unbroken=unbroken",
        "localetc -> ./dummy/etc");
    leaves(
        "an empty file over another",
        none,
        tar()
            .directory("etc/")
            .file("etc/emptied", "not empty")
            .symlink("localetc", "/etc")
            .file("/localetc/emptied", ""),
        "etc/",
        "etc/emptied=",
        "localetc -> /etc");
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> keepsHardLinksBehindSymbolicLinksInside() {
    TestTar breakouts = etc().directory("breakouts/");
    leaves(
        "relative",
        breakouts,
        tar()
            .symlink("breakouts/d1", "../../etc")
            .hardLink("breakouts/mypasswd", "/breakouts/d1/passwd"),
        "breakouts/",
        "breakouts/d1 -> ../../etc",
        "breakouts/mypasswd=inside",
        "etc/",
        "etc/passwd=inside");
    leaves(
        "down and out",
        breakouts,
        tar()
            .directory("downandout/")
            .symlink("breakouts/d1", "../downandout/../../etc")
            .hardLink("breakouts/mypasswd", "/breakouts/d1/passwd"),
        "breakouts/",
        "breakouts/d1 -> ../downandout/../../etc",
        "breakouts/mypasswd=inside",
        "downandout/",
        "etc/",
        "etc/passwd=inside");
    for (String target : List.of("/etc", "../../../../../../../etc")) {
      leaves(
          "through " + target,
          etc(),
          tar().symlink("localetc", target).hardLink("localpasswd", "/localetc/passwd"),
          "etc/",
          "etc/passwd=inside",
          "localetc -> " + target,
          "localpasswd=inside");
    }
    refused(
        "through a link by way of a directory that is not there",
        etc(),
        tar()
            .symlink("localetc", "upandout/../../../etc")
            .hardLink("localpasswd", "/localetc/passwd"),
        "is missing");
    refused(
        "up and out",
        etc(),
        tar().hardLink("localpasswd", "../../../../../etc/passwd"),
        "leads upwards");
    leaves(
        "absolute",
        etc(),
        tar().hardLink("localpasswd", "/etc/passwd"),
        "etc/",
        "etc/passwd=inside",
        "localpasswd=inside");
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> handlesLinksWithStrangeNamesAndDirectoriesInTheirPlace() {
    refused("..", etc(), tar().symlink("..", "/etc/"), "leads upwards");
    refused("empty", etc(), tar().symlink("", "/etc/"), "the root is not a directory");
    refused(
        "with .. at its end",
        etc(),
        tar().symlink("localetc/sub/..", "/etc/").hardLink("/localetc/localpasswd", "/etc/passwd"),
        "leads upwards");
    leaves(
        "a directory with a slash",
        etc(),
        tar().directory("localetc/", 0770).hardLink("/localetc/localpasswd", "/etc/passwd"),
        "etc/",
        "etc/passwd=inside",
        "localetc/",
        "localetc/localpasswd=inside");
    leaves(
        "a link over a directory",
        etc().directory("localetc/"),
        tar().symlink("localetc", "/etc").hardLink("/localetc/localpasswd", "/etc/passwd"),
        "etc/",
        "etc/localpasswd=inside",
        "etc/passwd=inside",
        "localetc -> /etc");
    leaves(
        "a relative link over a directory",
        etc().directory("localetc/"),
        tar().symlink("localetc", "../../etc").hardLink("/localetc/localpasswd", "/etc/passwd"),
        "etc/",
        "etc/localpasswd=inside",
        "etc/passwd=inside",
        "localetc -> ../../etc");
    leaves(
        "a directory over a link",
        etc().symlink("localetc", "/etc"),
        tar().directory("/localetc/").hardLink("/localetc/localpasswd", "/etc/passwd"),
        "etc/",
        "etc/passwd=inside",
        "localetc/",
        "localetc/localpasswd=inside");
    leaves(
        "a directory over a link with a hard link behind it",
        etc().symlink("localetc", "etc").hardLink("/localetc/localpasswd", "/etc/passwd"),
        tar().directory("/localetc/").file("/localetc/localpasswd", "different"),
        "etc/",
        "etc/localpasswd=inside",
        "etc/passwd=inside",
        "localetc/",
        "localetc/localpasswd=different");
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> hidesOnlyWhatAWhiteoutNames() {
    for (String name : List.of(".wh...", "etc/.wh...", ".wh..", "etc/.wh..")) {
      refused(name, etc(), tar().file(name, ""), "the whiteout does not name a file");
    }
    leaves(
        "of a link",
        etc().symlink("localetc", "/etc"),
        tar().file(".wh.localetc", ""),
        "etc/",
        "etc/passwd=inside");
    leaves(
        "through a link",
        etc().file("/etc/whitedout", "x").symlink("localetc", "/etc"),
        tar().file("localetc/.wh.whitedout", ""),
        "etc/",
        "etc/passwd=inside",
        "localetc -> /etc");
    refused("as a directory", etc(), tar().file(".wh.etc/somefile", "x"), "named like a whiteout");
    leaves(
        "through a link to nothing",
        etc().symlink("localetc", "/dne"),
        tar().file("localetc/.wh.etc", ""),
        "etc/",
        "etc/passwd=inside",
        "localetc -> /dne");
    refused("with .. in its path", etc(), tar().file("dne/../.wh.etc", ""), "leads upwards");
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> handlesHardLinksToSymbolicLinks() {
    leaves(
        "whose target comes later",
        tar(),
        tar()
            .directory("etc/")
            .symlink("localpasswd", "/etc/passwd")
            .hardLink("localpasswd-dup", "localpasswd")
            .file("/etc/passwd", "after"),
        "etc/",
        "etc/passwd=after",
        "localpasswd -> /etc/passwd",
        "localpasswd-dup -> /etc/passwd");
    for (String target : List.of("../../../../../etc/passwd", "/etc/passwd")) {
      leaves(
          "to " + target,
          etc(),
          tar().symlink("passwdlink", target).hardLink("localpasswd", "/passwdlink"),
          "etc/",
          "etc/passwd=inside",
          "localpasswd -> " + target,
          "passwdlink -> " + target);
    }
    leaves(
        "of names that the host has",
        tar(),
        tar().symlink("/etc/hostname", "/etc/shadow").hardLink("sketchylink", "/etc/hostname"),
        "etc/",
        "etc/hostname -> /etc/shadow",
        "sketchylink -> /etc/shadow");
    return tests.stream();
  }
}
