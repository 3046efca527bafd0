package linuxkit.system.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import linuxkit.fixtures.ProgressLog;
import linuxkit.system.SystemFailure;
import linuxkit.yaml.YamlFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  private static final String WEB = "services: [{name: web, image: nginx}]\n";

  private final ProgressLog progress = new ProgressLog();

  private SystemManifest load(String... manifests) {
    List<ManifestSource> sources = new ArrayList<>();
    for (String manifest : manifests) {
      sources.add(
          new ManifestSource(
              "m" + sources.size() + ".yml",
              manifest.getBytes(StandardCharsets.UTF_8),
              Optional.empty()));
    }
    return ManifestLoader.load(sources, Path::toString, progress);
  }

  private void refused(String manifest, String message) {
    assertThatThrownBy(() -> load(manifest)).isInstanceOf(YamlFailure.class).hasMessage(message);
  }

  private static long bytes(Budget budget, String name) {
    return Objects.requireNonNull(budget.limits().get(name)).bytes();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1000,1000", "512K,524288", "80M,83886080", "80MiB,83886080", "3G,3221225472"})
  void readsSizesInPowersOf1024(String text, long bytes) {
    assertThat(Budget.bytes(text)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "-1", "1.5M", "80m", "80MB", "1 M", "9999999999999", "8388608T"})
  void refusesInvalidSizes(String text) {
    assertThat(Budget.bytes(text)).isEmpty();
  }

  @Test
  void overridesLimitsByLaterManifestsAndFlags() {
    SystemManifest manifest =
        load(
                WEB + "budget: {total: 80M, initrd: 1000, services: {web: 10M}}",
                "budget: {total: 90M}")
            .within(Budget.parse(List.of("services.web=12M", "kernel=9M"), "--budget"), "--budget");
    Budget budget = manifest.budget();
    assertThat(budget.limits().keySet())
        .containsExactly("initrd", "kernel", "services.web", "total");
    assertThat(bytes(budget, "total")).isEqualTo(90 << 20);
    assertThat(bytes(budget, "initrd")).isEqualTo(1000);
    assertThat(bytes(budget, "services.web")).isEqualTo(12 << 20);
    assertThat(budget.position("total").orElseThrow()).hasToString("m1.yml:1:17");
    assertThat(budget.position("kernel")).isEmpty();
  }

  @Test
  void writesBudgetAsRead() {
    SystemManifest manifest = load(WEB + "budget: {total: 80M, services: {web: 10M}}");
    assertThat(ManifestWriter.yaml(manifest, false)).contains("budget:", "total: 80M", "web: 10M");
    assertThat(ManifestWriter.yaml(load(ManifestWriter.yaml(manifest, false)), false))
        .isEqualTo(ManifestWriter.yaml(manifest, false));
    assertThat(ManifestWriter.yaml(load(WEB), false)).doesNotContain("budget");
  }

  @Test
  void reportsMistakesWithPositions() {
    refused(
        WEB + "budget: {totla: 80M}",
        "m0.yml:2:10: budget.totla: unknown key 'totla' — did you mean 'total'?");
    refused(
        WEB + "budget: {total: 80MB}",
        "m0.yml:2:17: budget.total: \"80MB\" is not a size: write it as 80M or 512K");
    refused(
        WEB + "budget: {total: 1.5}",
        "m0.yml:2:17: budget.total: expected a size, but found the number 1.5: write it as 80M or 512K");
    refused(
        WEB + "budget: {total: -1}",
        "m0.yml:2:17: budget.total: the number -1 is out of range: it must be from 0 to 999999999999");
  }

  @Test
  void warnsOfUnknownContainers() {
    SystemManifest manifest =
        load(WEB + "budget: {services: {wbe: 80M}}")
            .within(Budget.parse(List.of("services.web=1M"), "--budget"), "--budget");
    assertThat(manifest.budget().limits().keySet()).containsExactly("services.wbe", "services.web");
    assertThat(progress.warnings())
        .containsExactly(
            "m0.yml:2:26: budget.services.wbe: the budget limits a container that does not exist");
  }

  @Test
  void reportsMistakesInFlags() {
    assertThatThrownBy(() -> Budget.parse(List.of("total"), "--budget"))
        .isInstanceOf(SystemFailure.class)
        .hasMessage("--budget: the limit is not a valid size: total");
    assertThatThrownBy(() -> Budget.parse(List.of("service.web=1M"), "--budget"))
        .isInstanceOf(SystemFailure.class)
        .hasMessage("--budget: 'service.web' cannot have a limit");
    unknownInFlag("services.wbe=1M", "services.wbe", "did you mean services.web?");
    unknownInFlag(
        "onboot.other=1M",
        "onboot.other",
        "remove it: only a manifest may limit containers that do not exist");
  }

  private void unknownInFlag(String limit, String name, String hint) {
    Budget budget = Budget.parse(List.of(limit), "--budget");
    assertThatThrownBy(() -> load(WEB).within(budget, "--budget"))
        .isInstanceOfSatisfying(
            SystemFailure.class, failure -> assertThat(failure.hint()).isEqualTo(hint))
        .hasMessage("--budget: the budget limits a container that does not exist: " + name);
  }
}
