package linuxkit.system.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.system.assembly.MemoryImages;
import org.junit.jupiter.api.Test;

class WhyTest {
  private static final String MANIFEST =
      """
      init:
        - lk/init:1
        - lk/runc:1
      services:
        - name: web
          image: lk/web:1
        - name: again
          image: lk/web:1
      files:
        - path: etc/motd
          contents: hello
      """;

  private final MemoryImages images =
      new MemoryImages()
          .add(
              "lk/init:1",
              f -> f.file("usr/bin/tool", "old").symlink("bin", "usr/bin").file("etc/motd", "m"))
          .add("lk/runc:1", f -> f.file("usr/bin/tool", "newer").file("usr/bin/runc", "runc"))
          .add("lk/web:1", f -> f.file("usr/sbin/nginx", "n").symlink("sbin", "/usr/sbin"));

  private Why why(String path) {
    return WhyManifest.ask(
        Manifests.load(MANIFEST),
        images,
        Manifests.AMD64,
        Manifests.OPTIONS,
        Progress.silent(),
        path,
        "m.yml");
  }

  private static String digest(String image) {
    return Digest.sha256(Reference.parse(image).toString().getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  private void unknown(String path, String hint) {
    assertThatThrownBy(() -> why(path))
        .isInstanceOfSatisfying(
            InspectionFailure.class,
            failure -> {
              assertThat(failure.hint()).isEqualTo(hint);
              assertThat(failure.where()).isEqualTo("m.yml");
              assertThat(failure.what()).isEqualTo("there is no " + path);
            });
  }

  @Test
  void namesImageLayerLineAndHiddenFiles() {
    assertThat(why("/usr/bin/tool").lines())
        .containsExactly(
            "/usr/bin/tool is a file of 5 B, mode 0640, owner 3:4",
            "  part      init[1]",
            "  manifest  m.yml:3:5",
            "  image     docker.io/lk/runc:1",
            "  digest    " + digest("lk/runc:1"),
            "  layer     " + MemoryImages.LAYER,
            "over a file of 3 B, mode 0640, owner 3:4",
            "  part      init[0]",
            "  manifest  m.yml:2:5",
            "  image     docker.io/lk/init:1",
            "  digest    " + digest("lk/init:1"),
            "  layer     " + MemoryImages.LAYER);
  }

  @Test
  void followsLinksWithinContainers() {
    Why why = why("containers/services/web/lower/sbin/nginx");
    assertThat(why.path()).isEqualTo("containers/services/web/lower/usr/sbin/nginx");
    assertThat(why.sources().getFirst().image()).isEqualTo("docker.io/lk/web:1");
    assertThat(why("/bin/runc").path()).isEqualTo("usr/bin/runc");
  }

  @Test
  void namesTheLineOfFilesInTheManifest() {
    List<String> lines = why("/etc/motd").lines();
    assertThat(lines)
        .startsWith(
            "/etc/motd is a file of 5 B, mode 0600, owner 0:0",
            "  part      files[0]",
            "  manifest  m.yml:10:5",
            "over a file of 1 B, mode 0640, owner 3:4");
  }

  @Test
  void namesGeneratedFiles() {
    assertThat(why("/etc/hosts").lines()).contains("  note      made by linuxkit for this part");
    assertThat(why("/containers/services/web/config.json").lines())
        .contains("  manifest  m.yml:5:5", "  note      made by linuxkit for this part");
  }

  @Test
  void a8NamesThePackagesOfTheKernelsImage() {
    images.add(
        "lk/kernel:1",
        f ->
            f.file("kernel", "k")
                .file("var/lib/dpkg/status.d/linux", "Package: linux-image\nVersion: 6.12\n")
                .file("var/lib/dpkg/status.d/linux.md5sums", "Package: wrong\nVersion: 1\n"));
    assertThat(
            WhyManifest.ask(
                    Manifests.load("kernel: {image: lk/kernel:1, tar: none}"),
                    images,
                    Manifests.AMD64,
                    Manifests.OPTIONS,
                    Progress.silent(),
                    "/boot/kernel",
                    "m.yml")
                .lines())
        .contains("  note      packages of the image: linux-image 6.12");
  }

  @Test
  void suggestsSimilarPaths() {
    unknown("/sbin/nginx", "similar paths are /containers/services/web/lower/usr/sbin/nginx");
    unknown("/usr/bin/tol", "similar paths are /usr/bin/tool");
    unknown(
        "/zzz", "give a path in the root of the system, as in /containers/services/NAME/lower/bin");
    unknown(
        "/containers/services/again/lower/usr/sbin/nginx",
        "ask for /containers/services/web/lower/usr/sbin/nginx:"
            + " again shares the files of its image");
  }

  @Test
  void refusesPathsThatLeadUpwards() {
    assertThatThrownBy(() -> why("/../etc"))
        .isInstanceOf(InspectionFailure.class)
        .hasMessage("the name \"/../etc\" leads upwards (..)");
  }

  @Test
  void explainsFilesOfImages() {
    assertThat(
            WhyImage.ask(images.find(Reference.parse("lk/web:1"), Manifests.AMD64), "/sbin/nginx")
                .lines())
        .containsExactly(
            "/usr/sbin/nginx is a file of 1 B, mode 0640, owner 3:4",
            "  image     docker.io/lk/web:1",
            "  digest    " + digest("lk/web:1"),
            "  layer     " + MemoryImages.LAYER);
  }
}
