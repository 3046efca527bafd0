package linuxkit.trust.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import linuxkit.base.Sha256;
import linuxkit.trust.Evidence;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.keys.VerificationKey;

/** What cosign 2.5.0 and 3.1.1 made for an image in a registry of a test. */
final class Fixture {
  static final String REPOSITORY = "127.0.0.1:15871/team/app";
  static final String DIGEST =
      "sha256:793a57cec5ee88d1c38575cefc16cc65ae89457c508bc2359621099b2caf5021";
  static final SignedSubject SUBJECT =
      new SignedSubject(REPOSITORY, List.of("sha256:" + "0".repeat(64), DIGEST));

  private Fixture() {}

  static byte[] bytes(String name) {
    try (InputStream in = Objects.requireNonNull(Fixture.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static VerificationKey key(String name) {
    return VerificationKey.parse(bytes(name), name);
  }

  static Evidence simple(byte[] payload, String signature) {
    return evidence(Form.SIMPLE_SIGNING, payload, Map.of(SimpleSigning.ANNOTATION, signature));
  }

  static Evidence simple(String payload, String signature) {
    return simple(bytes(payload), new String(bytes(signature), UTF_8));
  }

  static Evidence evidence(Form form, byte[] document) {
    return evidence(form, document, Map.of());
  }

  static Evidence evidence(Form form, byte[] document, Map<String, String> annotations) {
    return new Evidence(form, "sha256:" + Sha256.hex(document), document, annotations);
  }
}
