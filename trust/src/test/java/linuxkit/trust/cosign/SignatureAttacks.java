package linuxkit.trust.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import linuxkit.trust.Evidence;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.Verdict;
import linuxkit.trust.keys.KeyType;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.TestKeys;

/** Makes attacks on signatures with a key. */
abstract class SignatureAttacks {
  static final SigningKey KEY = TestKeys.create(KeyType.P256);
  static final SigningKey OTHER = TestKeys.create(KeyType.P256);
  static final SigningKey RSA = TestKeys.create(KeyType.RSA);
  static final SigningKey ED25519 = TestKeys.create(KeyType.ED25519);
  static final byte[] PAYLOAD = Fixture.bytes("payload.json");
  static final String STATEMENT =
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

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static Attack payload(String name, String payload, String reason) {
    return payload(name, payload.getBytes(UTF_8), reason);
  }

  /** Makes an attack whose payload is signed well. */
  static Attack payload(String name, byte[] payload, String reason) {
    return new Attack(name, KEY, Fixture.simple(payload, base64(KEY.sign(payload))), reason);
  }

  static Attack changed(String name, UnaryOperator<String> change, String reason) {
    String payload = new String(PAYLOAD, UTF_8);
    assertThat(change.apply(payload)).isNotEqualTo(payload);
    return payload(name, change.apply(payload), reason);
  }

  static Attack signature(String name, byte[] signature, String reason) {
    return new Attack(name, KEY, Fixture.simple(PAYLOAD, base64(signature)), reason);
  }

  /** Makes an attack whose statement is signed well. */
  static Attack statement(String name, String statement, String reason) {
    return envelope(name, envelope(statement, signed(statement)), reason);
  }

  static Attack envelope(String name, String envelope, String reason) {
    return new Attack(name, KEY, Fixture.evidence(Form.DSSE, envelope.getBytes(UTF_8)), reason);
  }

  static byte[] signed(String statement) {
    String header = "DSSEv1 28 application/vnd.in-toto+json " + statement.length() + " ";
    return KEY.sign((header + statement).getBytes(UTF_8));
  }

  static String envelope(String statement, byte[] signature) {
    return "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\""
        + base64(statement.getBytes(UTF_8))
        + "\",\"signatures\":[{\"sig\":\""
        + base64(signature)
        + "\"}]}";
  }

  static Verdict check(Attack attack) {
    return new KeyAuthority(
            attack.key().verificationKey(), (_, _, _) -> new Verdict.Refused("a bundle"))
        .check(attack.evidence(), Fixture.SUBJECT);
  }

  static void assertRefused(Attack attack) {
    Verdict verdict = check(attack);
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    String reason = ((Verdict.Refused) verdict).reason();
    assertThat(reason).contains(attack.reason());
    assertThat(reason.length()).isLessThan(402);
    assertThat(reason.chars()).allMatch(c -> c >= ' ');
  }

  static void assertNamedOnce(Stream<Attack> attacks) {
    Set<String> names = new HashSet<>();
    attacks.forEach(each -> assertThat(names.add(each.name())).as(each.name()).isTrue());
    assertThat(names).hasSizeGreaterThan(18);
  }
}
