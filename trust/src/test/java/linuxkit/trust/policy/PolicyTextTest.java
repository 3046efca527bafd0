package linuxkit.trust.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import linuxkit.base.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that a policy says what a reader sees in it. */
class PolicyTextTest extends PolicyFixture {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 0x7, 0x8, 0xB, 0xC, 0x1B, 0x7F, 0x85, 0x9B, 0x061C, 0x200E, 0x200F, 0x2028, 0x2029,
        0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069
      })
  void refusesCharactersThatHideARule(int character) {
    String hidden = Character.toString(character);
    assertThatThrownBy(
            () -> parse("version: 1\n# r\uD83D\uDD11les" + hidden + "\ndefault: allow\n"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(
            "trust.yml:2:8: (root): the character U+%04X is not allowed in policies"
                .formatted(character));
    mistakes("- {image: r.io/t, accept: unsigned, reason: 'a" + hidden + "b'}", "trust.yml:3:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"# a comment\rdefault: allow\n", "# a\r\r\n", "rules: []\r"})
  void refusesACarriageReturnAloneWhichSomeProgramsDoNotDisplayAsALineBreak(String text) {
    assertThatThrownBy(() -> parse("version: 1\r\n" + text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("trust.yml:2:")
        .hasMessageContaining("a carriage return without a line feed is not allowed in policies");
  }

  @Test
  void readsAnyLetterAndWindowsLineEnds() {
    String text =
        """
        \uFEFFversion: 1
        rules:
        \t# \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627
          - {image: r.io/t, accept: unsigned, reason: 'caf\u00E9 \uD83D\uDD11'}
        """;
    allowed(parse(text.replace("\n", "\r\n")), "r.io/t");
  }

  @Test
  void refusesWhatAMergeKeyAddsToARuleThatContradictsIt() {
    String lab = "- &lab {image: r.io/lab, accept: unsigned, reason: test}\n";
    mistakes(lab + "- {<<: *lab, image: r.io/t, require: [{key: alice.pub}]}", "contradict");
    mistakes(lab + "- {<<: *lab}", "there is already a rule for \"r.io/lab\"");
    mistakes("- {<<: {requires: []}, image: r.io/t, accept: unsigned, reason: x}", "requires");
  }

  @Test
  void prefersTheKeysOfARuleToThoseThatAreMerged() {
    TrustPolicy policy =
        policy(
            "- &a {image: r.io/a, require: [{key: alice.pub}]}\n- {<<: *a, image: r.io/b}\n"
                + "- {<<: *a, image: r.io/c, require: [{key: bob.pub}]}");
    refused(policy, "r.io/b");
    assertThat(refused(policy, "r.io/c").toString()).contains("bob.pub").doesNotContain("alice");
  }
}
