package linuxkit.trust.dsse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.json.JsonObject;
import linuxkit.trust.Statement;
import linuxkit.trust.Statement.Subject;
import linuxkit.trust.keys.KeyType;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
  private static final Statement STATEMENT =
      new Statement(
          List.of(
              new Subject("disk.img", Map.of("sha512", "cd", "sha256", "ab")),
              new Subject("", Map.of("sha256", "ef"))),
          "https://example.org/predicate",
          JsonObject.builder().put("a", 1).build());

  @ParameterizedTest
  @EnumSource
  void readsWhatItSigns(KeyType type) {
    SigningKey key = TestKeys.create(type);
    Envelope envelope = Envelope.parse(Envelope.sign(STATEMENT, key).bytes());
    assertThat(envelope.isSignedBy(key.verificationKey())).isTrue();
    assertThat(envelope.isSignedBy(TestKeys.create(type).verificationKey())).isFalse();
    assertThat(envelope.statement()).isEqualTo(STATEMENT);
  }

  @Test
  void writesStatementsAlwaysTheSameWay() {
    assertThat(new String(Envelope.sign(STATEMENT, TestKeys.create(KeyType.P256)).payload(), UTF_8))
        .isEqualTo(
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"disk.img\","
                + "\"digest\":{\"sha256\":\"ab\",\"sha512\":\"cd\"}},"
                + "{\"digest\":{\"sha256\":\"ef\"}}],"
                + "\"predicateType\":\"https://example.org/predicate\",\"predicate\":{\"a\":1}}");
  }

  @Test
  void encodesTypeAndPayloadWithTheirLengths() {
    Envelope envelope =
        Envelope.parse(
            ("{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"aGVsbG8gd29ybGQ=\","
                    + "\"signatures\":[{\"keyid\":\"x\",\"sig\":\"AA==\"}]}")
                .getBytes(UTF_8));
    assertThat(envelope.signedBytes())
        .asString(UTF_8)
        .isEqualTo("DSSEv1 28 application/vnd.in-toto+json 11 hello world");
  }

  @Test
  void acceptsOneGoodSignatureAmongOthers() {
    SigningKey key = TestKeys.create(KeyType.ED25519);
    String one = new String(Envelope.sign(STATEMENT, key).bytes(), UTF_8);
    String two = one.replace("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\"},");
    assertThat(Envelope.parse(two.getBytes(UTF_8)).isSignedBy(key.verificationKey())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"payloadType\":1}",
        "{\"payloadType\":\"text/plain\",\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"\",\"signatures\":[]}",
        "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"\",\"signatures\":[1]}",
        "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"\",\"signatures\":[{}]}",
        "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"A\","
            + "\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"AB==\","
            + "\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"AA\","
            + "\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"\","
            + "\"signatures\":[{\"sig\":\"AA==\",\"keyid\":1}]}"
      })
  void refusesMalformedEnvelopes(String json) {
    assertThatThrownBy(() -> Envelope.parse(json.getBytes(UTF_8))).isInstanceOf(Failure.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"_type\":\"https://in-toto.io/Statement/v2\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[],\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{}}],"
            + "\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"a\":1}}],"
            + "\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"a\":\"\"}}],"
            + "\"predicateType\":\"\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"a\":\"\"}}],"
            + "\"predicateType\":\"t\",\"predicate\":[]}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":1,"
            + "\"digest\":{\"a\":\"\"}}],\"predicateType\":\"t\"}"
      })
  void refusesMalformedStatements(String json) {
    assertThatThrownBy(() -> Statements.parse(json.getBytes(UTF_8))).isInstanceOf(Failure.class);
  }

  @FuzzTest
  void readsOrRefusesAnyEnvelope(byte[] document) {
    try {
      Envelope.parse(document).statement();
    } catch (Failure _) {
      // Any other exception is a defect.
    }
  }

  @FuzzTest
  void readsOrRefusesAnyStatement(byte[] payload) {
    try {
      Statements.parse(payload);
    } catch (Failure _) {
      // Any other exception is a defect.
    }
  }
}
