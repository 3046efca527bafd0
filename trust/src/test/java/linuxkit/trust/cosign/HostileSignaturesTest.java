package linuxkit.trust.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import linuxkit.json.JsonObject;
import linuxkit.trust.Evidence;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.keys.KeyType;
import linuxkit.trust.keys.SignatureAlgorithm;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on signatures with a key, by name. Each is refused with the reason. */
class HostileSignaturesTest {
  private static final SigningKey KEY = TestKeys.create(KeyType.P256);
  private static final SigningKey OTHER = TestKeys.create(KeyType.P256);
  private static final SigningKey RSA = TestKeys.create(KeyType.RSA);
  private static final SigningKey ED25519 = TestKeys.create(KeyType.ED25519);
  private static final byte[] PAYLOAD = Fixture.bytes("payload.json");
  private static final String STATEMENT =
      "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\""
          + Fixture.DIGEST.substring(7)
          + "\"}}],\"predicateType\":\"https://sigstore.dev/cosign/sign/v1\",\"predicate\":{}}";

  /**
   * An attack.
   *
   * @param key whose signature is asked for
   * @param reason a part of the message
   */
  record Attack(String name, SigningKey key, Evidence evidence, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static Attack payload(String name, String payload, String reason) {
    return payload(name, payload.getBytes(UTF_8), reason);
  }

  /** Makes an attack whose payload is signed well. */
  private static Attack payload(String name, byte[] payload, String reason) {
    return new Attack(name, KEY, Fixture.simple(payload, base64(KEY.sign(payload))), reason);
  }

  private static Attack changed(String name, UnaryOperator<String> change, String reason) {
    String payload = new String(PAYLOAD, UTF_8);
    assertThat(change.apply(payload)).isNotEqualTo(payload);
    return payload(name, change.apply(payload), reason);
  }

  private static Attack signature(String name, byte[] signature, String reason) {
    return new Attack(name, KEY, Fixture.simple(PAYLOAD, base64(signature)), reason);
  }

  /** Makes an attack whose statement is signed well. */
  private static Attack statement(String name, String statement, String reason) {
    return envelope(name, envelope(statement, signed(statement)), reason);
  }

  private static Attack envelope(String name, String envelope, String reason) {
    return new Attack(name, KEY, Fixture.evidence(Form.DSSE, envelope.getBytes(UTF_8)), reason);
  }

  private static byte[] signed(String statement) {
    String header = "DSSEv1 28 application/vnd.in-toto+json " + statement.length() + " ";
    return KEY.sign((header + statement).getBytes(UTF_8));
  }

  private static String envelope(String statement, byte[] signature) {
    return "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\""
        + base64(statement.getBytes(UTF_8))
        + "\",\"signatures\":[{\"sig\":\""
        + base64(signature)
        + "\"}]}";
  }

  static Stream<Attack> payloads() {
    return Stream.of(
        payload("cve-2026-39395-payload-that-is-not-json", "signed", "not valid JSON: 'signed'"),
        payload("empty-payload", "", "the document is empty"),
        payload("payload-that-is-a-list", "[]", "the payload is not an object"),
        payload("payload-without-content", "{}", "\"critical\" is missing"),
        payload("payload-that-is-not-utf-8", new byte[] {'"', (byte) 0xff, '"'}, "not UTF-8"),
        payload("bomb-of-brackets", "[".repeat(100_000), "nested more than 64 levels deep"),
        payload(
            "huge-payload",
            new byte[SimpleSigning.MAX_PAYLOAD + 1],
            "the payload has 131073 bytes; at most 131072 are read"),
        changed("text-after-the-payload", p -> p + "{}", "there is more text after the value"),
        changed(
            "second-critical-member",
            p -> p.replace("\"optional\"", "\"critical\""),
            "\"critical\" occurs twice"),
        changed(
            "second-digest",
            p -> p.replace("{\"docker-man", "{\"docker-manifest-digest\":\"\",\"docker-man"),
            "\"docker-manifest-digest\" occurs twice"),
        changed(
            "unknown-critical-member",
            p -> p.replace("\"type\"", "\"only-until\":\"2020\",\"type\""),
            "unknown member \"only-until\""),
        changed(
            "critical-in-capitals",
            p -> p.replace("\"optional\"", "\"Critical\""),
            "unknown member \"Critical\""),
        changed(
            "payload-of-another-type",
            p -> p.replace("cosign container image signature", "atomic container signature"),
            "of an unknown type: \"atomic container signature\""),
        changed(
            "digest-that-is-a-number",
            p -> p.replace('"' + Fixture.DIGEST + '"', "1"),
            "\"docker-manifest-digest\" is not a string"));
  }

  static Stream<Attack> subjects() {
    return Stream.of(
        changed(
            "signature-of-another-digest",
            p -> p.replace("sha256:79", "sha256:78"),
            "of another image: sha256:78"),
        changed(
            "digest-in-capitals",
            p -> p.replace(Fixture.DIGEST, "SHA256:" + Fixture.DIGEST.substring(7)),
            "of another image: SHA256:79"),
        changed("digest-with-nul", p -> p.replace("5021\"", "5021\\u0000\""), "5021\\u0000"),
        changed(
            "signature-for-another-repository",
            p -> p.replace("team/app", "team/other"),
            "for the repository \"127.0.0.1:15871/team/other\""),
        changed(
            "repository-with-longer-name",
            p -> p.replace("team/app", "team/app-debug"),
            "for the repository \"127.0.0.1:15871/team/app-debug\""),
        changed(
            "repository-below-the-repository",
            p -> p.replace("team/app", "team/app/app"),
            "for the repository \"127.0.0.1:15871/team/app/app\""),
        changed(
            "registry-on-another-port",
            p -> p.replace(":15871", ":15872"),
            "for the repository \"127.0.0.1:15872/team/app\""),
        changed(
            "repository-of-docker-hub",
            p -> p.replace("127.0.0.1:15871/", ""),
            "for the repository \"team/app\""),
        changed(
            "repository-that-clears-the-screen",
            p -> p.replace("team/app", "team/\\u001b[2Japp"),
            "team/\\u001b[2Japp\""));
  }

  static Stream<Attack> signatures() throws GeneralSecurityException {
    byte[] good = KEY.sign(PAYLOAD);
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(PAYLOAD);
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(KEY.verificationKey().pem().getBytes(UTF_8), "HMAC"));
    byte[] zero = {0x30, 6, 2, 1, 0, 2, 1, 0};
    return Stream.of(
        new Attack(
            "no-signature",
            KEY,
            Fixture.evidence(Form.SIMPLE_SIGNING, PAYLOAD),
            "the layer has no annotation with a signature"),
        new Attack(
            "signature-in-url-safe-base64",
            KEY,
            Fixture.simple(PAYLOAD, "_-8="),
            "the annotation with the signature is not base64"),
        new Attack(
            "base64-with-bits-left-over",
            KEY,
            Fixture.simple(PAYLOAD, "AB=="),
            "the annotation with the signature is not base64"),
        signature("empty-signature", new byte[0], "ECDSA P-256 key: it is empty"),
        signature("cve-2022-21449-zero-signature", zero, "is not between zero and the order"),
        signature("garbage-after-the-signature", longer, "bytes follow the sequence in DER"),
        signature("plain-numbers-instead-of-der", new byte[64], "it is not a sequence in DER"),
        signature("rsa-signature-for-an-ecdsa-key", RSA.sign(PAYLOAD), "for an ECDSA P-256 key: "),
        signature(
            "public-key-as-a-shared-secret", mac.doFinal(PAYLOAD), "for an ECDSA P-256 key: "),
        signature("signature-by-another-key", OTHER.sign(PAYLOAD), "the signature is not by the"),
        signature("signature-of-the-hash", KEY.sign(digest), "the signature is not by the ECDSA"),
        signature(
            "hash-of-another-length",
            KEY.sign(SignatureAlgorithm.ECDSA_SHA512, PAYLOAD),
            "the signature is not by the ECDSA"),
        new Attack(
            "ecdsa-signature-for-an-rsa-key",
            RSA,
            Fixture.simple(PAYLOAD, base64(good)),
            "an RSA key: it has " + good.length + " bytes instead of 256"),
        new Attack(
            "zero-signature-for-an-rsa-key",
            RSA,
            Fixture.simple(PAYLOAD, base64(new byte[256])),
            "the signature is not by the RSA key"),
        new Attack(
            "pss-instead-of-pkcs1",
            RSA,
            Fixture.simple(PAYLOAD, base64(RSA.sign(SignatureAlgorithm.RSA_PSS_SHA256, PAYLOAD))),
            "the signature is not by the RSA key"),
        new Attack(
            "ed25519-signature-with-another-s",
            ED25519,
            Fixture.simple(PAYLOAD, base64(malleated(ED25519.sign(PAYLOAD)))),
            "its second half is not below the order of the group"),
        new Attack(
            "zero-signature-for-an-ed25519-key",
            ED25519,
            Fixture.simple(PAYLOAD, base64(new byte[64])),
            "the signature is not by the Ed25519 key"),
        new Attack(
            "notary-signature-for-a-key",
            KEY,
            Fixture.evidence(Form.NOTARY_JWS, PAYLOAD),
            "made by a certificate, not a key"));
  }

  private static byte[] malleated(byte[] signature) {
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    BigInteger s = BigInteger.ZERO;
    for (int i = 63; i >= 32; i--) {
      s = s.shiftLeft(8).or(BigInteger.valueOf(signature[i] & 0xff));
    }
    s = s.add(order);
    byte[] out = signature.clone();
    for (int i = 32; i < 64; i++) {
      out[i] = s.shiftRight(8 * (i - 32)).byteValue();
    }
    return out;
  }

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

  private static Verdict check(Attack attack) {
    return new KeyAuthority(
            attack.key().verificationKey(), (_, _, _) -> new Verdict.Refused("a bundle"))
        .check(attack.evidence(), Fixture.SUBJECT);
  }

  @ParameterizedTest
  @MethodSource({"payloads", "subjects", "signatures", "envelopes", "statements"})
  void refuses(Attack attack) {
    Verdict verdict = check(attack);
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    String reason = ((Verdict.Refused) verdict).reason();
    assertThat(reason).contains(attack.reason());
    assertThat(reason.length()).isLessThan(402);
    assertThat(reason.chars()).allMatch(c -> c >= ' ');
  }

  @Test
  void acceptsWhatTheAttacksBeginWith() {
    Attack simple = payload("simple", PAYLOAD, "");
    Attack envelope = statement("envelope", STATEMENT, "");
    assertThat(check(simple)).isInstanceOf(Verdict.Accepted.class);
    assertThat(check(envelope)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void namesEachAttackOnce() throws GeneralSecurityException {
    Set<String> names = new HashSet<>();
    Stream.of(payloads(), subjects(), signatures(), envelopes(), statements())
        .flatMap(each -> each)
        .forEach(each -> assertThat(names.add(each.evidence().form() + each.name())).isTrue());
    assertThat(names).hasSizeGreaterThan(55);
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
