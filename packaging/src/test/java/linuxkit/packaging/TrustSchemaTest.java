package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.Failure;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.trust.policy.Authorities;
import linuxkit.trust.policy.TrustPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the schema of trust policies agrees with the reader. */
class TrustSchemaTest {
  @TempDir Path folder;

  private boolean reads(String rules) throws IOException {
    Path policy = folder.resolve("trust.yml");
    Files.writeString(folder.resolve("x"), "x");
    Files.writeString(policy, rules);
    try {
      TrustPolicy.read(policy, new Authorities());
      return true;
    } catch (Failure _) {
      return false;
    }
  }

  private static String document(String rule) {
    return "{\"version\": 1, \"rules\": [{\"image\": \"r.io/t\", " + rule + "}]}";
  }

  private static boolean allows(String document) throws IOException {
    return new DocumentSchema("trust.json")
        .accepts(Json.parse(document.getBytes(StandardCharsets.UTF_8), "test"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"accept\": \"unsigned\", \"reason\": \"lab\"",
        "\"require\": [{\"key\": \"x\"}]",
        "\"require\": [{\"key\": \"x\"}], \"signedAs\": \"repository\"",
        "\"require\": [{\"key\": \"x\"}], \"signedAs\": {\"exact\": \"r.io/u\"}",
        "\"require\": [{\"key\": \"x\"}], \"signedAs\": {\"remap\": {\"from\": \"r.io\", \"to\": \"s.io\"}}",
        "\"require\": [{\"threshold\": 1, \"anyOf\": [{\"key\": \"x\"}]}]",
        "\"require\": [{\"keyless\": {\"issuer\": \"i\", \"subject\": \"s\", \"trustedRoot\": \"x\"}}]",
        "\"require\": [{\"keyless\": {\"issuer\": \"i\", \"subjectRegex\": \"s\", \"trustedRoot\": \"x\"}}]",
        "\"require\": [{\"x509\": {\"roots\": \"x\", \"subject\": {\"O\": \"y\"}}}]",
        "\"require\": [{\"x509\": {\"signingAuthorityRoots\": \"x\", \"timestampRoots\": \"x\", \"subject\": {\"O\": \"y\"}}}]",
        "\"require\": [{\"attestation\": {\"predicateType\": \"t\", \"builder\": \"b\", \"by\": {\"key\": \"x\"}}}]",
        "\"digests\": [\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]"
      })
  void bothAccept(String rule) throws IOException {
    assertThat(reads(document(rule))).as("reader").isTrue();
    assertThat(allows(document(rule))).as("schema").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"require\": []",
        "\"require\": [{}]",
        "\"require\": [{\"anyOf\": []}]",
        "\"require\": [{\"threshold\": 1, \"key\": \"x\"}]",
        "\"require\": [{\"threshold\": 0, \"anyOf\": [{\"key\": \"x\"}]}]",
        "\"require\": [{\"key\": \"x\", \"anyOf\": [{\"key\": \"x\"}]}]",
        "\"require\": [{\"key\": \"pkcs11:x\"}]",
        "\"require\": [{\"keyless\": {\"issuer\": \"i\", \"trustedRoot\": \"x\"}}]",
        "\"require\": [{\"x509\": {\"roots\": \"x\", \"subject\": {}}}]",
        "\"require\": [{\"x509\": {\"timestampRoots\": \"x\", \"subject\": {\"O\": \"y\"}}}]",
        "\"require\": [{\"attestation\": {\"predicateType\": \"t\"}}]",
        "\"requires\": [{\"key\": \"x\"}]",
        "\"digests\": []",
        "\"digests\": [\"sha256:a\"]",
        "\"accept\": \"anything\", \"reason\": \"lab\"",
        "\"accept\": \"unsigned\", \"reason\": \" \""
      })
  void bothRefuse(String rule) throws IOException {
    assertThat(reads(document(rule))).as("reader").isFalse();
    assertThat(allows(document(rule))).as("schema").isFalse();
  }

  private static String provenance(String section) {
    return "{\"version\": 1, \"provenance\": {" + section + "}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"require\": [{\"key\": \"x\"}]",
        "\"builder\": \"b\", \"require\": [{\"threshold\": 1, \"anyOf\": [{\"key\": \"x\"}]}]",
        "\"require\": [{\"keyless\": {\"issuer\": \"i\", \"subject\": \"s\", \"trustedRoot\": \"x\"}}]"
      })
  void bothAcceptProvenance(String section) throws IOException {
    assertThat(reads(provenance(section))).as("reader").isTrue();
    assertThat(allows(provenance(section))).as("schema").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"require\": []",
        "\"require\": [{}]",
        "\"require\": [{\"threshold\": 1, \"key\": \"x\"}]",
        "\"builder\": \"\", \"require\": [{\"key\": \"x\"}]",
        "\"require\": [{\"attestation\": {\"predicateType\": \"t\", \"by\": {\"key\": \"x\"}}}]",
        "\"require\": [{\"anyOf\": [{\"x509\": {\"roots\": \"x\", \"subject\": {\"O\": \"y\"}}}]}]"
      })
  void bothRefuseProvenance(String section) throws IOException {
    assertThat(reads(provenance(section))).as("reader").isFalse();
    assertThat(allows(provenance(section))).as("schema").isFalse();
  }

  @Test
  void bothNeedRulesOrProvenance() throws IOException {
    assertThat(reads("{\"version\": 1}")).as("reader").isFalse();
    assertThat(allows("{\"version\": 1}")).as("schema").isFalse();
  }

  @Test
  void describesTheKeysOfAllMappings() throws IOException {
    assertThat(DocumentSchema.paths(new DocumentSchema("trust.json").levels(JsonObject.EMPTY)))
        .contains(
            "version",
            "default",
            "rules.image",
            "rules.require.anyOf.keyless.trustedRoot",
            "provenance.require.anyOf.key");
  }
}
