package linuxkit.trust.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import linuxkit.base.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refuses policies that do not say what their writer meant. */
class PolicyMistakesTest extends PolicyFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules: []",
        "rules: [{image: r.io/t, require: []}]",
        "rules: [{image: r.io/t, require: [{anyOf: []}]}]",
        "rules: [{image: r.io/t, digests: []}]",
        "rules: [{image: r.io/t, require: [{x509: {roots: alice.pub, subject: {}}}]}]"
      })
  void refusesAnEmptyListThatWouldRequireNothing(String text) {
    assertThatThrownBy(() -> parse("version: 1\n" + text))
        .isInstanceOf(Failure.class)
        .hasMessageMatching("(?s).*(the list is empty|the mapping is empty).*");
  }

  @Test
  void refusesARuleThatRequiresNothing() {
    mistakes("- {image: r.io/t}", "one of the keys \"require\", \"digests\" and \"accept\"");
    mistakes("- {image: r.io/t, require: [{}]}", "one of the keys key, keyless, x509, attestation");
    mistakes("- {image: r.io/t, require: ~}", "expected a list");
  }

  @Test
  void refusesTwoRulesForOnePrefix() {
    mistakes(
        "- {image: r.io/t, require: [{key: alice.pub}]}\n"
            + "- {image: r.io/t, accept: unsigned, reason: test}",
        "trust.yml:4:13",
        "there is already a rule for \"r.io/t\", at trust.yml:3:13");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "library/x",
        "r.io/X",
        "R.io/x",
        "r.io/x:1",
        "r.io/x@sha256:aaaa",
        "r.io/",
        "r.io/x/",
        "r.io//x",
        "/x",
        "''",
        "'*'",
        "r.io/*",
        "'*.r.io/x'",
        "'*r.io'",
        "'a.*.io'",
        "index.docker.io/x",
        "r.io:443/x",
        "r.io/../y",
        "https://r.io/x",
        "'r.io/x '"
      })
  void refusesAPrefixThatCouldNotMatchWhatItSays(String prefix) {
    mistakes("- {image: " + prefix + ", accept: unsigned, reason: test}", "trust.yml:3:13");
  }

  @Test
  void refusesAThresholdThatCannotBeMet() {
    mistakes(
        "- {image: r.io/t, require: [{threshold: 2, anyOf: [{key: alice.pub}, {key: alice.pub}]}]}",
        "2 different signers are needed, but only 1 is listed");
    mistakes("- {image: r.io/t, require: [{threshold: 0, anyOf: [{key: alice.pub}]}]}", "range");
    mistakes(
        "- {image: r.io/t, require: [{threshold: 1, key: alice.pub}]}", "belongs to \"anyOf\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.io/h", "m.io/hub/deeper", "other.io", "m.io/hub:1", "'*.io'"})
  void refusesARemapThatDoesNotApplyToAllImagesOfTheRule(String from) {
    mistakes(
        "- {image: m.io/hub, require: [{key: alice.pub}], signedAs: {remap: {from: %s, to: r.io}}}"
            .formatted(from),
        "signedAs.remap.from");
  }

  @Test
  void refusesUnknownAndDuplicateKeys() {
    mistakes(
        "- {image: r.io/t, requires: [{key: alice.pub}]}",
        "trust.yml:3:21: rules.0.requires: unknown key 'requires' — did you mean 'require'?");
    mistakes(
        "- {image: r.io/t, accept: unsigned, reason: a, reason: b}",
        "the key \"reason\" is given twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rules: [x]", "version: 2\nrules: [x]", "version: '1'\nrules: [x]"})
  void refusesAnUnknownVersion(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("version");
  }

  @Test
  void refusesASecondDocument() {
    String rule = "version: 1\nrules: [{image: r.io/t, accept: unsigned, reason: x}]\n";
    assertThatThrownBy(() -> parse(rule + "---\n" + rule))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("only the first document is read");
  }

  @Test
  void refusesKeysThatAreNotFiles() {
    mistakes("- {image: r.io/t, require: [{key: missing.pub}]}", "trust.yml:3:37", "missing.pub");
    mistakes("- {image: r.io/t, require: [{key: 'pkcs11:token=x'}]}", "export it from the token");
    mistakes("- {image: r.io/t, require: [{key: ''}]}", "the name of the file is empty");
  }

  @Test
  @Timeout(30)
  void refusesPipesAndFoldersInsteadOfWaitingForThem() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    mistakes("- {image: r.io/t, require: [{key: pipe}]}", "trust.yml:3:37", "it is not a file");
    mistakes("- {image: r.io/t, require: [{key: .}]}", "trust.yml:3:37", "it is not a file");
    assertThatThrownBy(() -> TrustPolicy.read(pipe, new FakeAuthorities()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("it is not a file");
  }
}
