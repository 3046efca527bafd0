package linuxkit.trust.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linuxkit.json.JsonObject;
import linuxkit.trust.Evidence;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;
import linuxkit.trust.dsse.Envelope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on signed statements, by name. Each is refused with the reason. */
class HostileEnvelopesTest extends SignatureAttacks {
  static Stream<Attack> envelopes() {
    String good = envelope(STATEMENT, signed(STATEMENT));
    byte[] raw = KEY.sign(STATEMENT.getBytes(UTF_8));
    String encoded = base64(STATEMENT.getBytes(UTF_8));
    String header = "DSSEv1 28 application/vnd.in-toto+json ";
    byte[] overBase64 = KEY.sign((header + encoded.length() + " " + encoded).getBytes(UTF_8));
    byte[] withoutLengths =
        KEY.sign(("DSSEv1 application/vnd.in-toto+json " + STATEMENT).getBytes(UTF_8));
    return Stream.of(
        envelope("signature-of-the-bare-payload", envelope(STATEMENT, raw), "is not by the ECDSA"),
        envelope(
            "signature-of-the-encoded-payload",
            envelope(STATEMENT, overBase64),
            "is not by the ECDSA"),
        envelope(
            "pre-authentication-without-lengths",
            envelope(STATEMENT, withoutLengths),
            "is not by the ECDSA"),
        envelope(
            "payload-of-another-type",
            good.replace("application/vnd.in-toto+json", "application/json"),
            "the envelope contains \"application/json\" instead of an in-toto statement"),
        envelope(
            "replaced-payload",
            good.replace(encoded, base64("{}".getBytes(UTF_8))),
            "is not by the ECDSA"),
        envelope(
            "second-payload",
            good.replace("\"signatures\"", "\"payload\":\"\",\"signatures\""),
            "\"payload\" occurs twice"),
        envelope(
            "no-signatures",
            good.replaceFirst("\"signatures\":.*", "\"signatures\":[]}"),
            "the envelope has 0 signatures instead of 1 to 16"),
        envelope(
            "too-many-signatures",
            good.replace("\"signatures\":[", "\"signatures\":[" + "{\"sig\":\"AA==\"},".repeat(16)),
            "the envelope has 17 signatures"),
        new Attack(
            "right-key-id-wrong-key",
            OTHER,
            Fixture.evidence(
                Form.DSSE,
                good.replace(
                        "{\"sig\"",
                        "{\"keyid\":\"" + OTHER.verificationKey().keyId() + "\",\"sig\"")
                    .getBytes(UTF_8)),
            "is not by the ECDSA"),
        new Attack(
            "huge-envelope",
            KEY,
            Fixture.evidence(Form.DSSE, new byte[Evidence.MAX_DOCUMENT + 1]),
            "the envelope has 4194305 bytes; at most 4194304 are read"));
  }

  static Stream<Attack> statements() {
    String subject = "{\"digest\":{\"sha256\":\"00\"}},";
    return Stream.of(
        statement("statement-that-is-not-json", "signed", "not valid JSON: 'signed'"),
        statement(
            "statement-of-an-unknown-version",
            STATEMENT.replace("Statement/v1", "Statement/v2"),
            "unknown type: \"https://in-toto.io/Statement/v2\""),
        statement(
            "statement-about-another-image",
            STATEMENT.replace("sha256\":\"79", "sha256\":\"78"),
            "the statement is about other images"),
        statement(
            "digest-of-another-algorithm",
            STATEMENT.replace("\"sha256\"", "\"md5\""),
            "the statement is about other images"),
        statement(
            "digest-with-its-algorithm-twice",
            STATEMENT.replace("sha256\":\"", "sha256\":\"sha256:"),
            "the statement is about other images"),
        statement(
            "statement-without-subjects",
            STATEMENT.replaceFirst("\\[.*]", "[]"),
            "the statement has 0 subjects"),
        statement(
            "subject-without-digest",
            STATEMENT.replaceFirst("\\[.*]", "[{\"name\":\"app\"}]"),
            "\"digest\" is missing"),
        statement(
            "too-many-subjects",
            STATEMENT.replace("\"subject\":[", "\"subject\":[" + subject.repeat(10_000)),
            "the statement has 10001 subjects"),
        statement(
            "second-predicate-type",
            STATEMENT.replace("\"predicate\"", "\"predicateType\""),
            "\"predicateType\" occurs twice"),
        statement(
            "predicate-that-is-text",
            STATEMENT.replace("\"predicate\":{}", "\"predicate\":\"\""),
            "\"predicate\" is not an object"));
  }

  @ParameterizedTest
  @MethodSource({"envelopes", "statements"})
  void refuses(Attack attack) {
    assertRefused(attack);
  }

  @Test
  void namesEachAttackOnce() {
    assertNamedOnce(Stream.of(envelopes(), statements()).flatMap(each -> each));
  }

  /** An attestation is not an approval: CVE-2022-35929. */
  @Test
  void refusesCve202235929AttestationAsSignature() {
    Statement statement =
        new Statement(
            List.of(new Statement.Subject("", Map.of("sha256", Fixture.DIGEST.substring(7)))),
            "https://example.org/vulnerable",
            JsonObject.EMPTY);
    Verdict verdict =
        check(
            new Attack(
                "attestation",
                KEY,
                Fixture.evidence(Form.DSSE, Envelope.sign(statement, KEY).bytes()),
                ""));
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    String found = "the statement is of type \"https://example.org/vulnerable\" instead of ";
    Map<Verdict, String> expected = new LinkedHashMap<>();
    expected.put(Predicates.signature(verdict), found + '"' + Predicates.SIGNATURE + '"');
    expected.put(Predicates.attestation(verdict, "https://x"), found + "\"https://x\"");
    expected.put(
        Predicates.attestation(check(payload("simple", PAYLOAD, "")), "https://x"),
        "a signature without a statement of type \"https://x\"");
    expected.forEach(
        (refused, reason) -> assertThat(refused).isEqualTo(new Verdict.Refused(reason)));
  }
}
