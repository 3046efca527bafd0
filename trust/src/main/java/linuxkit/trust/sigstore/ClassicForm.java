package linuxkit.trust.sigstore;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.json.Json;
import linuxkit.json.JsonFailure;
import linuxkit.trust.Evidence;
import linuxkit.trust.cosign.SimpleSigning;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.sigstore.Bundle.CertificateChain;
import linuxkit.trust.sigstore.Bundle.Content;
import linuxkit.trust.sigstore.Bundle.Enveloped;
import linuxkit.trust.sigstore.Bundle.LogEntry;
import linuxkit.trust.sigstore.Bundle.Message;

/**
 * Reads what cosign's classic forms keep in annotations of a layer: a certificate, the promise of a
 * log (Rekor v1), and a time stamp. It is what a bundle of version 0.1 holds.
 */
final class ClassicForm {
  private static final String PREFIX = "dev.sigstore.cosign/";

  private ClassicForm() {}

  /** Returns the bundle of a signed payload. */
  static Bundle payload(Evidence evidence) {
    byte[] payload = evidence.document();
    if (payload.length > SimpleSigning.MAX_PAYLOAD) {
      throw SigstoreRefusal.of(
          "the payload is larger than " + SimpleSigning.MAX_PAYLOAD + " bytes");
    }
    String signature = annotation(evidence, SimpleSigning.ANNOTATION);
    return bundle(
        evidence,
        new Message(
            "SHA2_256",
            Sha256.digest().digest(payload),
            ProtoFields.base64(signature, "the annotation with the signature")));
  }

  /** Returns the bundle of an attestation. */
  static Bundle envelope(Evidence evidence) {
    if (evidence.document().length > Evidence.MAX_DOCUMENT) {
      throw SigstoreRefusal.of("the envelope is larger than " + Evidence.MAX_DOCUMENT + " bytes");
    }
    Envelope envelope = parse(evidence.document());
    if (envelope.signatures().size() != 1) {
      throw SigstoreRefusal.of("the envelope must have one signature");
    }
    return bundle(evidence, new Enveloped(envelope));
  }

  private static Envelope parse(byte[] document) {
    try {
      return Envelope.parse(document);
    } catch (JsonFailure e) {
      throw SigstoreRefusal.of("the envelope is not JSON", e);
    }
  }

  private static Bundle bundle(Evidence evidence, Content content) {
    byte[] pem = annotation(evidence, PREFIX + "certificate").getBytes(StandardCharsets.ISO_8859_1);
    List<byte[]> timestamps =
        Optional.ofNullable(evidence.annotations().get(PREFIX + "rfc3161timestamp")).stream()
            .map(text -> json(text, "time stamp").bytes("SignedRFC3161Timestamp"))
            .toList();
    return new Bundle(
        1,
        new CertificateChain(LogBody.pem(pem), List.of()),
        List.of(entry(json(annotation(evidence, PREFIX + "bundle"), "log entry"))),
        timestamps,
        content);
  }

  private static LogEntry entry(ProtoFields bundle) {
    ProtoFields payload = bundle.object("Payload");
    byte[] body = payload.bytes("body");
    ProtoFields read = ProtoFields.parse(body, "log entry");
    return new LogEntry(
        payload.number("logIndex"),
        hex(payload.text("logID")),
        read.text("kind"),
        read.text("apiVersion"),
        payload.number("integratedTime"),
        Optional.of(bundle.bytes("SignedEntryTimestamp")),
        Optional.empty(),
        body);
  }

  private static byte[] hex(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw SigstoreRefusal.of("the identifier of the log is not hexadecimal", e);
    }
  }

  private static ProtoFields json(String text, String name) {
    if (text.length() > Evidence.MAX_DOCUMENT) {
      throw SigstoreRefusal.of("the annotation with the " + name + " is too large");
    }
    try {
      return ProtoFields.of(Json.parse(text.getBytes(StandardCharsets.UTF_8), ""), name);
    } catch (JsonFailure e) {
      throw SigstoreRefusal.of("the annotation with the " + name + " is not JSON", e);
    }
  }

  private static String annotation(Evidence evidence, String name) {
    String text = evidence.annotations().get(name);
    if (text == null) {
      throw SigstoreRefusal.of(
          "the layer has no annotation " + name + ", as identities' signatures have");
    }
    return text;
  }
}
