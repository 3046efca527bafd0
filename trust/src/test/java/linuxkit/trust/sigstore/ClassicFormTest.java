package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.base.Sha256;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cosign 2 writes for an identity: a payload or an envelope, and annotations. */
class ClassicFormTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final String REPOSITORY = "registry.example/web";
  private static final SignedSubject SUBJECT = new SignedSubject(REPOSITORY, List.of(DIGEST));

  private final MiniSigner signer = new MiniSigner(new MiniSigstore());

  @BeforeEach
  void signPayload() {
    signer.artifact =
        """
        {"critical":{"identity":{"docker-reference":"%s"},"image":{"docker-manifest-digest":"%s"},\
        "type":"cosign container image signature"},"optional":null}"""
            .formatted(REPOSITORY, DIGEST)
            .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(JsonObject object, String name) {
    Json value = object.get(name).orElseThrow();
    return value instanceof JsonString(String text)
        ? text
        : Hostile.member(object, name).toString();
  }

  private Map<String, String> annotations() {
    JsonObject entry = signer.entry();
    String log =
        """
        {"SignedEntryTimestamp":"%s",
         "Payload":{"body":"%s","integratedTime":%s,"logIndex":1,"logID":"%s"}}"""
            .formatted(
                text(Hostile.member(entry, "inclusionPromise"), "signedEntryTimestamp"),
                text(entry, "canonicalizedBody"),
                text(entry, "integratedTime"),
                HexFormat.of().formatHex(MiniSigstore.id(signer.sigstore.rekor)));
    Map<String, String> annotations = new HashMap<>();
    annotations.put("dev.cosignproject.cosign/signature", MiniSigstore.base64(signer.signature()));
    annotations.put(
        "dev.sigstore.cosign/certificate",
        "-----BEGIN CERTIFICATE-----\n"
            + MiniSigstore.base64(signer.certificate())
            + "\n-----END CERTIFICATE-----\n");
    annotations.put("dev.sigstore.cosign/bundle", log);
    return annotations;
  }

  private Verdict check(Evidence.Form form, byte[] document, Consumer<Map<String, String>> change) {
    Map<String, String> annotations = annotations();
    change.accept(annotations);
    KeylessAuthority authority =
        new KeylessAuthority(
            KeylessIdentity.exact(MiniSigner.ISSUER, MiniSigner.SUBJECT),
            TrustedRoot.parse(
                signer.sigstore.trustedRoot().getBytes(StandardCharsets.UTF_8), "root"),
            InstantSource.fixed(MiniSigstore.TIME.plus(Duration.ofMinutes(30))));
    return authority.check(
        new Evidence(form, "sha256:" + Sha256.hex(document), document, annotations), SUBJECT);
  }

  private Verdict payload(Consumer<Map<String, String>> change) {
    return check(Evidence.Form.SIMPLE_SIGNING, signer.artifact, change);
  }

  private static void refused(Verdict verdict, String reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.reason()).contains(reason));
  }

  @Test
  void acceptsPayload() {
    assertThat(payload(_ -> {}))
        .isInstanceOfSatisfying(
            Verdict.Accepted.class,
            accepted -> {
              assertThat(accepted.signer())
                  .isEqualTo("builder@example.com (https://issuer.example)");
              assertThat(accepted.subject()).isEqualTo(DIGEST);
            });
  }

  @Test
  void acceptsPayloadWithTimestamp() {
    String stamp = MiniSigstore.base64(signer.stamp.of(signer.signature()));
    String annotation = "{\"SignedRFC3161Timestamp\":\"" + stamp + "\"}";
    assertThat(payload(all -> all.put("dev.sigstore.cosign/rfc3161timestamp", annotation)))
        .isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void acceptsAttestation() {
    signer.statement = Optional.of(MiniSigner.statement("ab".repeat(32)));
    byte[] envelope = MiniSigstore.json(Hostile.member(signer.bundle(), "dsseEnvelope"));
    assertThat(check(Evidence.Form.DSSE, envelope, _ -> {}))
        .isInstanceOfSatisfying(
            Verdict.Accepted.class, accepted -> assertThat(accepted.statement()).isPresent());
  }

  @Test
  void refusesPayloadWithoutLogEntry() {
    refused(
        payload(all -> all.remove("dev.sigstore.cosign/bundle")),
        "the layer has no annotation dev.sigstore.cosign/bundle");
  }

  /** CVE-2022-23649, in the form in which it was found. */
  @Test
  void refusesLogEntryOfAnotherSignature() {
    MiniSigner other = new MiniSigner(signer.sigstore);
    JsonObject entry = other.entry();
    String promise = text(Hostile.member(entry, "inclusionPromise"), "signedEntryTimestamp");
    String body = text(entry, "canonicalizedBody");
    refused(
        payload(
            all ->
                all.compute(
                    "dev.sigstore.cosign/bundle",
                    (_, old) ->
                        String.valueOf(old)
                            .replaceFirst("Timestamp\":\"[^\"]*", "Timestamp\":\"" + promise)
                            .replaceFirst("body\":\"[^\"]*", "body\":\"" + body))),
        "the log entry has another digest than the bundle");
  }

  @Test
  void refusesPayloadOfAnotherRepository() {
    signer.artifact =
        new String(signer.artifact, StandardCharsets.UTF_8)
            .replace("registry.example/web", "registry.example/evil")
            .getBytes(StandardCharsets.UTF_8);
    refused(payload(_ -> {}), "the signature is for the repository \"registry.example/evil\"");
  }

  @Test
  void refusesSignatureOfAKeyWithoutCertificate() {
    refused(
        payload(all -> all.remove("dev.sigstore.cosign/certificate")),
        "the layer has no annotation dev.sigstore.cosign/certificate");
  }
}
