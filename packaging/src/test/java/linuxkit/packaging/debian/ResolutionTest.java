package linuxkit.packaging.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import linuxkit.base.Progress;
import org.junit.jupiter.api.Test;

/** Resolves dependencies of packages. */
class ResolutionTest extends DebianArchiveFixture {
  @Test
  void addsDependencies() throws Exception {
    archive.add("app", "1.0-1", "Depends: lib (>= 2), missing | mta, helper:any\n");
    archive.add("lib", "1.9", "");
    archive.add("lib", "2.0~rc1", "");
    archive.add("lib", "2.0", "");
    archive.add("exim", "4", "Provides: mta\n");
    archive.add("postfix", "3", "Provides: mta (= 3)\n");
    archive.add("helper", "1", "Depends: app\nRecommends: extra, absent\n");
    archive.add("extra", "1", "");
    archive.publish();
    assertThat(resolve(List.of("app"), List.of(), false))
        .containsExactly("app 1.0-1", "lib 2.0", "exim 4", "helper 1");
    assertThat(resolve(List.of("app"), List.of("exim", "helper"), false))
        .containsExactly("app 1.0-1", "lib 2.0", "postfix 3");
    assertThat(resolve(List.of("helper"), List.of("app"), true))
        .containsExactly("helper 1", "extra 1");
    assertThat(resolve(List.of("lib=1.9"), List.of(), false)).containsExactly("lib 1.9");
    // One that was asked for stands in before one that was not.
    assertThat(resolve(List.of("app", "postfix"), List.of(), false))
        .containsExactly("app 1.0-1", "postfix 3", "lib 2.0", "helper 1");
  }

  @Test
  void readsTheListedComponentsOnly() throws Exception {
    archive.add("app", "1", "Depends: firmware\n");
    archive.component("non-free-firmware");
    archive.add("firmware", "2", "");
    archive.publish();
    assertThatThrownBy(() -> resolve(List.of("app"), List.of(), false))
        .isInstanceOf(DebianFailure.UnmetDependency.class);
    try (DebianArchive debian = new DebianArchive(archive.options(), Progress.silent())) {
      List<String> both = List.of("main", "non-free-firmware");
      List<DebianPackage> found =
          debian.resolve("trixie", both, "amd64", List.of("app"), List.of(), false);
      assertThat(found.stream().map(DebianPackage::toString))
          .containsExactly("app 1", "firmware 2");
      assertThat(debian.fetch(found.getLast())).isRegularFile();
      assertThatThrownBy(
              () ->
                  debian.resolve(
                      "trixie", List.of("contrib"), "amd64", List.of("app"), List.of(), false))
          .isInstanceOf(DebianFailure.Missing.class)
          .hasMessageContaining("contrib/binary-amd64");
    }
  }

  @Test
  void reportsImpossibleRequests() throws Exception {
    archive.add("needs", "1", "Depends: nothing-of-the-kind (>= 3) | neither\n");
    archive.add("a", "1", "Conflicts: b (<< 2)\n");
    archive.add("b", "1", "");
    archive.add("vi-one", "1", "Provides: vi\nConflicts: vi\n");
    archive.add("vi-two", "1", "Provides: vi\nConflicts: vi\n");
    archive.publish();
    assertThatThrownBy(() -> resolve(List.of("nosuch"), List.of(), false))
        .isInstanceOf(DebianFailure.UnknownPackage.class)
        .hasMessageContaining("nosuch");
    assertThatThrownBy(() -> resolve(List.of("needs"), List.of(), false))
        .isInstanceOf(DebianFailure.UnmetDependency.class)
        .hasMessageContaining("nothing-of-the-kind (>= 3) or neither");
    assertThatThrownBy(() -> resolve(List.of("a", "b"), List.of(), false))
        .isInstanceOf(DebianFailure.Conflict.class);
    assertThatThrownBy(() -> resolve(List.of("vi-one", "vi-two"), List.of(), false))
        .isInstanceOf(DebianFailure.Conflict.class);
    assertThat(resolve(List.of("vi-one"), List.of(), false)).containsExactly("vi-one 1");
  }
}
