package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import org.junit.jupiter.api.Test;

/** Build arguments, among them those that stand for other components. */
class BuildArgumentsTest extends ComponentFixture {
  private PackageFolder read() {
    return PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
  }

  private BuildArguments arguments(List<String> defined, Path... files) {
    return BuildArguments.of(read(), defined, List.of(files));
  }

  private void component(String path, String definition) throws Exception {
    Path other = Files.createDirectories(temporary.resolve(path));
    Files.writeString(other.resolve("build.yml"), definition);
  }

  @Test
  void filesOverrideTheDefinition() throws Exception {
    define("image: app\n");
    Path first = Files.writeString(temporary.resolve("first"), "# comment\n\nA = 2\nB=x=y \n");
    Path second = Files.writeString(temporary.resolve("second"), "B=3\n");
    assertThat(arguments(List.of("A=1", "C="), first, second).given())
        .containsExactly(Map.entry("A", "2"), Map.entry("B", "3"), Map.entry("C", ""));
  }

  @Test
  void standsForComponents() throws Exception {
    define("image: app\n");
    component("pkg/one", "image: one\ntag: v1\n");
    component("pkg/two-b", "org: lf/edge\nimage: two-b\ntag: 'x{{.Hash}}'\n");
    Files.createDirectories(temporary.resolve("pkg/.git-like"));
    Path file =
        Files.writeString(
            Files.createDirectories(temporary.resolve("args/deep")).resolve("file"),
            "ONE=@lkt:pkg:../../pkg/one\nABS=@lkt:pkg:" + temporary.resolve("pkg/one") + "\n");
    BuildArguments all = arguments(List.of("%_TAG=@lkt:pkgs:../pkg/*"), file);
    assertThat(all.given())
        .containsEntry("ONE", "linuxkit/one:v1")
        .containsEntry("ABS", "linuxkit/one:v1")
        .containsEntry("LINUXKIT_ONE_TAG", "linuxkit/one:v1");
    assertThat(all.given().get("LF_EDGE_TWO_B_TAG")).matches("lf/edge/two-b:x[0-9a-f]{40}");
    assertThat(all.components()).hasSize(4);
  }

  @Test
  void reportsMistakes() throws Exception {
    define("image: app\n");
    component("pkg/one", "image: one\n");
    Files.createDirectories(temporary.resolve("pkg/empty"));
    refuses("NAME", "is not a build argument");
    refuses("=x", "is not a build argument");
    refuses("A=@lkt:image:x", "does not refer to a component");
    refuses("A=@lkt:pkgs:../pkg/one", "has no %");
    refuses("A%=@lkt:pkgs:../no*", "no folder matches");
    refuses("A%=@lkt:pkgs:../pkg/*", "has no build.yml");
    refuses("A=@lkt:pkg:../pkg/none", "there is no such folder");
  }

  private void refuses(String argument, String why) {
    assertThatThrownBy(() -> arguments(List.of(argument)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(why);
  }

  @Test
  void addsLinuxKitsUnlessGiven() throws Exception {
    define("image: app\ntag: v1\ngitrepo: https://example.com/r\n");
    assertThat(arguments(List.of("PKG_HASH=mine")).all(read()))
        .containsEntry("PKG_HASH", "mine")
        .containsEntry("PKG_IMAGE", "linuxkit/app")
        .containsEntry("SOURCE", "https://example.com/r")
        .doesNotContainKeys("REVISION", "GOPKGVERSION");
    git("init", "-q");
    git("add", "-A");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x");
    String commit = arguments(List.of()).all(read()).getOrDefault("REVISION", "");
    assertThat(commit).matches("[0-9a-f]{40}");
    assertThat(arguments(List.of()).all(read()))
        .containsEntry("PKG_HASH", read().hash())
        .containsEntry("GOPKGVERSION", "v0.0.0-20200102030405-" + commit.substring(0, 12));
    write("more", "changed");
    assertThat(arguments(List.of()).all(read()))
        .doesNotContainKey("REVISION")
        .containsKey("GOPKGVERSION");
  }

  private void git(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("git", "-C", folder.toString()));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
    builder.environment().put("GIT_COMMITTER_DATE", "2020-01-02T05:04:05+02:00");
    assertThat(builder.start().waitFor()).isZero();
  }
}
