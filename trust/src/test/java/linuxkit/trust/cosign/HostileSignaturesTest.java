package linuxkit.trust.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.Verdict;
import linuxkit.trust.keys.SignatureAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on signatures with a key, by name. Each is refused with the reason. */
class HostileSignaturesTest extends SignatureAttacks {
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

  @ParameterizedTest
  @MethodSource({"payloads", "subjects", "signatures"})
  void refuses(Attack attack) {
    assertRefused(attack);
  }

  @Test
  void namesEachAttackOnce() throws GeneralSecurityException {
    assertNamedOnce(Stream.of(payloads(), subjects(), signatures()).flatMap(each -> each));
  }

  @Test
  void acceptsWhatTheAttacksBeginWith() {
    Attack simple = payload("simple", PAYLOAD, "");
    Attack envelope = statement("envelope", STATEMENT, "");
    assertThat(check(simple)).isInstanceOf(Verdict.Accepted.class);
    assertThat(check(envelope)).isInstanceOf(Verdict.Accepted.class);
  }
}
