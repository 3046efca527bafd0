package linuxkit.oci.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
  @Test
  void readsABearerChallengeInAnyOrder() {
    assertThat(
            parse("Bearer scope=\"repository:a/b:pull\",realm=\"https://t/x?y=1,2\" , service = s"))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "scope", "repository:a/b:pull", "realm", "https://t/x?y=1,2", "service", "s")));
  }

  @Test
  void readsSeveralChallengesFromOneOrMoreFields() {
    // This is the example of RFC 9110, 11.6.1, with extra spaces.
    assertThat(
            Challenge.parse(
                List.of(
                    "Basic realm=\"simple\",  Newauth realm=\"apps\", type=1, title=\"Login to"
                        + " \\\"apps\\\"\"",
                    "Bearer realm=x")))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "simple")),
            new Challenge(
                "newauth", Map.of("realm", "apps", "type", "1", "title", "Login to \"apps\"")),
            new Challenge("bearer", Map.of("realm", "x")));
  }

  @Test
  void readsSchemesWithoutParametersAndWithToken68() {
    assertThat(parse("Negotiate, NTLM TlRMTVNTUAAC==, , BASIC Realm=\"\""))
        .containsExactly(
            new Challenge("negotiate", Map.of()),
            new Challenge("ntlm", Map.of()),
            new Challenge("basic", Map.of("realm", "")));
  }

  @Test
  void keepsChallengesBeforeAnError() {
    assertThat(parse("Basic realm=a, Bearer realm=\"never closed"))
        .containsExactly(new Challenge("basic", Map.of("realm", "a")));
    assertThat(parse("Basic realm=a, @@@")).hasSize(1);
  }

  @Test
  void refusesADuplicateParameter() {
    assertThat(parse("Bearer realm=\"https://good\", REALM=\"https://evil\"")).isEmpty();
  }

  @Test
  void refusesAnOverlongField() {
    assertThat(parse("Basic realm=\"" + "x".repeat(1 << 20) + "\"")).isEmpty();
  }

  @FuzzTest
  void readsOnlyWellFormedChallengesFromAnyText(byte[] text) {
    for (Challenge challenge : parse(new String(text, StandardCharsets.UTF_8))) {
      assertThat(challenge.scheme()).matches("[!#-'*+.^_`|~0-9a-z-]+");
      assertThat(challenge.parameters().keySet())
          .allMatch(name -> name.matches("[!#-'*+.^_`|~0-9a-z-]+"));
    }
  }

  private static List<Challenge> parse(String field) {
    return Challenge.parse(List.of(field));
  }
}
