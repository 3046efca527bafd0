package linuxkit.system.manifest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.yaml.YamlFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds of names and numbers: exactly those of Linux. */
class ManifestBoundsTest {
  private static SystemManifest load(String manifest) {
    ManifestSource source =
        new ManifestSource("m.yml", manifest.getBytes(StandardCharsets.UTF_8), Optional.empty());
    return ManifestLoader.load(List.of(source), _ -> "unused", Progress.silent());
  }

  private static void refused(String manifest, String problem) {
    assertThatThrownBy(() -> load(manifest))
        .isInstanceOf(YamlFailure.class)
        .hasMessageStartingWith("m.yml:1:")
        .hasMessageEndingWith(problem);
  }

  @Test
  void boundsNamesInBytes() {
    String longest = "ä".repeat(127) + "x";
    assertThatCode(() -> load("files: [{path: a/" + longest + "/b, contents: x}]"))
        .doesNotThrowAnyException();
    refused(
        "files: [{path: a/x" + longest + "/b, contents: x}]",
        "…\" is longer than 255 bytes, the limit of Linux");
    assertThatCode(() -> load("onboot: [{name: " + "a".repeat(200) + ", image: x}]"))
        .doesNotThrowAnyException();
    refused(
        "services: [{name: x" + "ä".repeat(100) + ", image: x}]",
        "be longer than 200 bytes, or contain slashes or control characters");
    refused("volumes: [{name: " + "v".repeat(201) + "}]", "digits, '_' and '-', at most 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b-c_9", "A1"})
  void acceptsIdsOfContainersAsNames(String name) {
    assertThatCode(
            () ->
                load(
                    "services: [{name: %1$s, image: x}]\nonboot: [{name: %1$s, image: x}]"
                        .formatted(name)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"my app", "-a", "a-", "a--b", "a+b", "ä", "a:b", "a\tb"})
  void refusesServicesThatContainerdCannotStart(String name) {
    assertThatThrownBy(() -> load("services: [{name: \"" + name + "\", image: x}]"))
        .isInstanceOf(YamlFailure.class)
        .hasMessageStartingWith("m.yml:1:19: services.0.name: ");
    refused(
        "services: [{name: " + "a".repeat(77) + ", image: x}]", "or '-' between them, at most 76");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my app", "ä", "a:b"})
  void refusesStepsThatRuncCannotStart(String name) {
    refused(
        "onboot: [{name: \"" + name + "\", image: x}]",
        "use letters, digits and '_', '+', '.', ',', '-'");
    refused(
        "onshutdown: [{name: \"" + name + "\", image: x}]",
        "use letters, digits and '_', '+', '.', ',', '-'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "4294967294", "0xfffffffe"})
  void acceptsOwnersThatTheKernelKnows(String id) {
    assertThatCode(() -> load("files: [{path: a, contents: x, uid: " + id + ", gid: " + id + "}]"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "4294967295", "4294967296", "99999999999999999999"})
  void refusesOtherOwners(String id) {
    refused(
        "files: [{path: a, contents: x, uid: " + id + "}]",
        "files.0.uid: the number " + id + " is out of range: it must be from 0 to 4294967294");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-2147483649", "4294967296"})
  void refusesProcessIdsOfMoreThan32Bits(String id) {
    refused(
        "services: [{name: a, image: x, gid: " + id + "}]",
        "services.0.gid: the number "
            + id
            + " is out of range: it must be from -2147483648 to 4294967295");
  }
}
