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

  @Test
  void changesChoicesThatTurnOutToBeImpossible() throws Exception {
    archive.add("top1", "1", "Depends: alt1 | alt2, needsx\n");
    archive.add("needsx", "1", "Conflicts: alt1\n");
    archive.add("alt1", "1", "Depends: more\n");
    archive.add("more", "1", "");
    archive.add("alt2", "1", "");
    archive.add("top2", "1", "Depends: broken | alt2\n");
    archive.add("broken", "1", "Depends: half, nowhere\n");
    archive.add("half", "1", "");
    archive.add("top3", "1", "Depends: virt, deep\n");
    archive.add("one", "1", "Provides: virt\nDepends: nowhere\n");
    archive.add("two", "1", "Provides: virt\n");
    archive.add("deep", "1", "Depends: deeper\n");
    archive.add("deeper", "1", "Breaks: two\n");
    archive.add("three", "1", "Provides: virt\n");
    archive.add("top4", "1", "Depends: broken | alt1, needsx\n");
    archive.publish();
    assertThat(resolve(List.of("top1"), List.of(), false))
        .containsExactly("top1 1", "alt2 1", "needsx 1");
    assertThat(resolve(List.of("top2"), List.of(), false)).containsExactly("top2 1", "alt2 1");
    assertThat(resolve(List.of("top3"), List.of(), false))
        .containsExactly("top3 1", "three 1", "deep 1", "deeper 1");
    assertThatThrownBy(() -> resolve(List.of("top4"), List.of(), false))
        .isInstanceOf(DebianFailure.UnmetDependency.class)
        .hasMessageContaining("broken needs nowhere");
  }

  @Test
  void leavesOutRecommendationsThatAreImpossible() throws Exception {
    archive.add("app", "1", "Depends: lib\nRecommends: nice | nicer, good\n");
    archive.add("lib", "1", "");
    archive.add("nice", "1", "Conflicts: lib\n");
    archive.add("nicer", "1", "Depends: absent\n");
    archive.add("good", "1", "");
    archive.publish();
    assertThat(resolve(List.of("app"), List.of(), true))
        .containsExactly("app 1", "lib 1", "good 1");
  }

  @Test
  void takesProvidersByPriority() throws Exception {
    archive.add("base", "1", "Depends: awk\n");
    archive.add("gawk", "1", "Provides: awk\nPriority: optional\n");
    archive.add("mawk", "1", "Provides: awk\nPriority: required\n");
    archive.add("only", "1", "Provides: bus\n");
    archive.publish();
    assertThat(resolve(List.of("base"), List.of(), false)).containsExactly("base 1", "mawk 1");
    assertThat(resolve(List.of("bus"), List.of(), false)).containsExactly("only 1");
    assertThatThrownBy(() -> resolve(List.of("awk"), List.of(), false))
        .isInstanceOf(DebianFailure.UnknownPackage.class)
        .extracting(e -> ((DebianFailure) e).hint())
        .asString()
        .contains("mawk, gawk");
  }

  @Test
  void endsInAnArchiveWithExponentiallyManyWrongWays() throws Exception {
    StringBuilder depends = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      depends.append("a%d | b%d, ".formatted(i, i));
      archive.add("a" + i, "1", "");
      archive.add("b" + i, "1", "");
    }
    archive.add("top", "1", "Depends: " + depends + "last\n");
    archive.add("last", "1", "Depends: nowhere\n");
    archive.publish();
    assertThatThrownBy(() -> resolve(List.of("top"), List.of(), false))
        .isInstanceOf(DebianFailure.UnmetDependency.class)
        .hasMessageContaining("last needs nowhere");
  }
}
