package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static linuxkit.trust.notary.Hostile.P256;
import static linuxkit.trust.notary.Hostile.refuses;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.Evidence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Envelopes that are not the JSON they should be. */
class HostileJsonTest {
  static Stream<Arguments> malformedJson() {
    TestEnvelope good = new TestEnvelope("ES256", P256);
    String json = new String(good.jws().document(), UTF_8);
    return Stream.of(
        Arguments.of(
            "member-twice",
            json.replaceFirst("\\{", "{\"payload\":\"\","),
            "not valid JSON: \"payload\" occurs twice (line 1, column 15)"),
        Arguments.of(
            "unknown-member",
            json.replaceFirst("\\{", "{\"kid\":\"\","),
            "the envelope has the unknown member \"kid\""),
        Arguments.of(
            "many-signatures",
            many(json, 5_000),
            "the envelope has a list of signatures where one is allowed"),
        Arguments.of("compact-form", "\"a.b.c\"", "the envelope is not a JSON object"),
        Arguments.of("not-json", "", "not valid JSON: the document is empty"),
        Arguments.of(
            "nesting-bomb",
            "[".repeat(100_000),
            "not valid JSON: values are nested more than 64 levels deep (line 1, column 65)"),
        Arguments.of(
            "envelope-too-large",
            json + " ".repeat(NotaryEnvelope.MAX_DOCUMENT),
            "the envelope is larger than 1024 KiB"),
        Arguments.of(
            "base64-with-padding",
            json.replace(
                "\"signature\":\"" + signature(json), "\"signature\":\"" + signature(json) + "=="),
            "signature is not valid base64"),
        Arguments.of(
            "base64-with-bits-after-its-end",
            json.replace(signature(json), lastBit(signature(json))),
            "signature is not valid base64"),
        Arguments.of(
            "base64-of-the-other-alphabet",
            json.replace(signature(json), "+/" + signature(json).substring(2)),
            "signature is not valid base64"),
        Arguments.of(
            "payload-replaced",
            json.replaceFirst("\"payload\":\"[^\"]*", "\"payload\":\"e30"),
            "the signature is wrong"));
  }

  private static String signature(String json) {
    return json.replaceAll(".*\"signature\":\"([^\"]*)\".*", "$1");
  }

  /** Returns another text of which lenient decoders make the same bytes. */
  private static String lastBit(String base64) {
    char last = base64.charAt(base64.length() - 1);
    return base64.substring(0, base64.length() - 1) + (char) (last + 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedJson")
  void refusesMalformedJson(String name, String document, String reason) {
    refuses(TestEnvelope.evidence(Evidence.Form.NOTARY_JWS, document.getBytes(UTF_8)), reason);
  }

  @Test
  void refusesHeadersTwiceInJson() {
    String header = "{\"alg\":\"none\",\"alg\":\"ES256\",\"crit\":[],\"cty\":\"x\"}";
    JsonObject envelope = new TestEnvelope("ES256", P256).jwsObject(header.getBytes(UTF_8)).build();
    refuses(
        TestEnvelope.evidence(Evidence.Form.NOTARY_JWS, TestEnvelope.text(envelope)),
        "not valid JSON: \"alg\" occurs twice (line 1, column 15)");
  }

  @Test
  void refusesTimesThatAreNot() {
    for (String time : List.of("2026-13-01T00:00:00Z", "yesterday", "+10000-01-01T00:00:00Z")) {
      TestEnvelope envelope = new TestEnvelope("ES256", P256);
      envelope.header.put(TestEnvelope.TIME, new JsonString(time));
      refuses(envelope.jws(), "io.cncf.notary.signingTime is not a time: \"" + time + '"');
    }
  }

  private static String many(String json, int count) {
    JsonObject one =
        JsonObject.builder().put("protected", "").put("signature", signature(json)).build();
    return new String(
        TestEnvelope.text(
            JsonObject.builder()
                .put("payload", "")
                .put("signatures", new JsonArray(Collections.nCopies(count, one)))
                .build()),
        UTF_8);
  }
}
