package linuxkit.system.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import linuxkit.system.assembly.MemoryImages;
import linuxkit.system.manifest.Budget;
import org.junit.jupiter.api.Test;

class BudgetCheckTest {
  private final MemoryImages images =
      new MemoryImages()
          .add("lk/setup:1", f -> f.file("usr/lib/x/lib.so", new byte[3000]).file("top", "t"))
          .add("lk/web:1", f -> f.file("usr/sbin/nginx", new byte[5000]));

  private void check(String budget, long initrd) {
    String manifest =
        "onboot: [{name: setup, image: lk/setup:1}]\nservices: [{name: web, image: lk/web:1}]\n";
    Sizes sizes = Sizes.of(Manifests.assemble(manifest, images).files(), true);
    BudgetCheck.check(
        Manifests.load(manifest + "budget: " + budget).budget(), sizes, OptionalLong.of(initrd));
  }

  @Test
  void acceptsSystemWithinItsBudget() {
    assertThatCode(() -> check("{total: 60K, initrd: 100, services: {web: 20K}, kernel: 0}", 100))
        .doesNotThrowAnyException();
  }

  @Test
  void namesEveryExceededLimitAndTheLargestParts() {
    assertThatThrownBy(() -> check("{initrd: 99, services: {web: 4K}, onboot: {setup: 1K}}", 100))
        .isInstanceOfSatisfying(
            BudgetFailure.class,
            failure -> {
              assertThat(failure.what())
                  .matches(
                      "over budget: initrd is 100 B, 1 B over its limit of 99 B;"
                          + " onboot.setup is .* KiB, .* KiB over its limit of 1K;"
                          + " services.web is .* KiB, .* KiB over its limit of 4K");
              assertThat(failure.where()).isEqualTo("m.yml:3:18");
              assertThat(failure.hint())
                  .startsWith("reduce the largest parts (services.web ")
                  .contains("services.web /usr/sbin 4.9 KiB");
            });
  }

  @Test
  void findsTheThousandthContainer() {
    String manifest =
        "onboot: ["
            + "{name: setup, image: lk/setup:1},".repeat(1000)
            + "{name: last, image: lk/web:1}]\n";
    Sizes sizes = Sizes.of(Manifests.assemble(manifest, images).files(), true);
    Budget budget = Budget.parse(List.of("onboot.last=1K"), "--budget");
    assertThatThrownBy(() -> BudgetCheck.check(budget, sizes, OptionalLong.empty()))
        .isInstanceOf(BudgetFailure.class)
        .hasMessageStartingWith("over budget: onboot.last is ");
  }

  @Test
  void reportsNoPositionForLimitsOfTheCommandLine() {
    Sizes sizes =
        Sizes.of(Manifests.assemble("files: [{path: a, contents: abc}]", images).files(), true);
    assertThatThrownBy(
            () ->
                BudgetCheck.check(
                    Budget.parse(List.of("total=2", "files=1"), "--budget"),
                    sizes,
                    OptionalLong.empty()))
        .isInstanceOf(BudgetFailure.class)
        .hasMessage(
            "over budget: files is 3 B, 2 B over its limit of 1 B; total is 3 B, 1 B over its limit of 2 B");
  }
}
