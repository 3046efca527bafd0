package linuxkit.trust.notary;

import static linuxkit.trust.notary.Hostile.P256;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Attacks with what is signed and with whom it is signed by; see {@link HostileSignatureTest}. */
class HostileContentTest {
  static final List<Arguments> ATTACKS =
      List.of(
          attack(
              "other-digest",
              e -> e.payload = e.payload.replace("sha256:8b", "sha256:9b"),
              "the signature is of another image, sha256:9b69f7d8e07952056bb62d4b8879779e21dc44a4ae"
                  + "00c0501afa9b9923aa9b8f"),
          attack(
              "digest-in-upper-case",
              e -> e.payload = e.payload.replace("sha256:8b", "sha256:8B"),
              "what is signed has no valid SHA-256: \"sha256:8B69f7d8e07952056bb62d4b8879779e21dc44a4"
                  + "ae00c0501afa9b9923aa9b8f\""),
          attack(
              "digest-of-a-weak-hash",
              e -> e.payload = e.payload.replaceAll("sha256:[0-9a-f]*", "md5:00"),
              "what is signed has no valid SHA-256: \"md5:00\""),
          attack(
              "other-media-type",
              e -> e.payload = e.payload.replace("oci.image", "example"),
              "what is signed is not an image, but"
                  + " \"application/vnd.example.manifest.v1+json\""),
          attack(
              "negative-size",
              e -> e.payload = e.payload.replace("258", "-258"),
              "what is signed has no valid size"),
          attack(
              "digest-twice",
              e -> e.payload = e.payload.replace("\"size\":258", "\"digest\":\"sha256:00\""),
              "not valid JSON: \"digest\" occurs twice (line 1, column 160)"),
          attack(
              "payload-is-not-json",
              e -> e.payload = "\u0000",
              "not valid JSON: '\\u0000' found where a value is expected (line 1, column 1)"),
          attack(
              "payload-without-target",
              e -> e.payload = "{\"key\":1}",
              "the payload has no targetArtifact"),
          attack(
              "payload-too-large",
              e -> e.payload += " ".repeat(NotaryEnvelope.MAX_PAYLOAD),
              "the payload is empty or larger than 128 KiB"),
          attack(
              "chain-empty",
              e -> e.unprotected.put("x5c", List.of()),
              "the certificate chain is empty"),
          attack(
              "chain-of-two-thousand",
              e -> e.unprotected.put("x5c", Collections.nCopies(2000, new byte[1])),
              "the chain has 2000 certificates, but at most 10 are accepted"),
          attack(
              "certificate-is-garbage",
              e -> e.unprotected.put("x5c", List.of(new byte[] {0x30, 0})),
              "a certificate cannot be read"),
          attack(
              "certificate-with-bytes-after-it",
              e -> e.unprotected.put("x5c", List.of(Arrays.copyOf(P256.chain().get(0), 700))),
              "a certificate cannot be read"),
          attack(
              "certificate-in-pem",
              e -> e.unprotected.put("x5c", List.of(TestSigner.resource("certificates/self.pem"))),
              "a certificate cannot be read"),
          attack(
              "certificate-too-large",
              e ->
                  e.unprotected.put(
                      "x5c", List.of(new byte[NotaryCertificates.MAX_CERTIFICATE + 1])),
              "a certificate is larger than 16 KiB"),
          attack(
              "chain-in-wrong-order",
              e -> e.unprotected.put("x5c", P256.chain().reversed()),
              "the signer's certificate is that of a CA"),
          attack(
              "chain-without-its-root",
              e -> e.unprotected.put("x5c", P256.chain().subList(0, 2)),
              "the certificate of \"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" does not come from a"
                  + " trusted root"),
          attack(
              "chain-without-its-middle",
              e -> e.unprotected.put("x5c", List.of(P256.chain().get(0), P256.chain().get(2))),
              "\"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" is not issued by"
                  + " \"CN=Acme root,O=Acme,ST=London,C=GB\", which follows it"),
          attack(
              "root-twice",
              e ->
                  e.unprotected.put(
                      "x5c",
                      Stream.concat(P256.chain().stream(), Stream.of(P256.chain().get(2)))
                          .toList()),
              "\"CN=Acme root,O=Acme,ST=London,C=GB\" is its own issuer, but not the end of the"
                  + " chain"));

  private static Arguments attack(String name, Consumer<TestEnvelope> change, String reason) {
    return Arguments.of(name, change, reason);
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ATTACKS")
  void refuses(String name, Consumer<TestEnvelope> change, String reason) {
    TestEnvelope envelope = new TestEnvelope("ES256", P256);
    change.accept(envelope);
    Hostile.refuses(envelope.jws(), reason);
    Hostile.refuses(envelope.cose(), reason);
  }
}
