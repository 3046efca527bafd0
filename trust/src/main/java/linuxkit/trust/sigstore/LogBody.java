package linuxkit.trust.sigstore;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import linuxkit.base.Sha256;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.sigstore.Bundle.Enveloped;
import linuxkit.trust.sigstore.Bundle.LogEntry;

/**
 * The facts of a bundle that each of its log entries must state. An entry about anything else
 * proves nothing of the bundle.
 *
 * @param verifier the DER of the certificate, or of the public key if there is none
 * @param digest the SHA-256 of what the signature was made of
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogBody(byte[] verifier, byte[] digest, Bundle.Content content) {
  private static final String SHA256_NAME = "sha256";

  void check(LogEntry entry) {
    ProtoFields body = ProtoFields.parse(entry.body(), "log entry");
    if (!body.text("kind").equals(entry.kind())
        || !body.text("apiVersion").equals(entry.version())) {
      throw SigstoreRefusal.of("the log entry is of another kind or version than the bundle says");
    }
    ProtoFields spec = body.object("spec");
    switch (entry.kind() + " " + entry.version()) {
      case "hashedrekord 0.0.1" -> hashed(spec);
      case "hashedrekord 0.0.2" -> hashedSecond(spec.object("hashedRekordV002"));
      case "dsse 0.0.1" -> envelope(spec);
      case "dsse 0.0.2" -> envelopeSecond(spec.object("dsseV002"));
      case "intoto 0.0.2" -> inToto(spec.object("content"));
      default ->
          throw SigstoreRefusal.of(
              "unknown kind of log entry: " + entry.kind() + " " + entry.version());
    }
  }

  private void hashed(ProtoFields spec) {
    checkHex(spec.object("data").object("hash"), digest, "digest");
    ProtoFields signature = spec.object("signature");
    checkSignature(signature.bytes("content"));
    checkVerifier(pem(signature.object("publicKey").bytes("content")));
  }

  private void hashedSecond(ProtoFields record) {
    checkRaw(record.object("data"), digest, "digest");
    second(record.object("signature"));
  }

  private void envelope(ProtoFields spec) {
    checkHex(spec.object("payloadHash"), payloadHash(), "payload");
    ProtoFields signature = one(spec.objects("signatures", BundleReader.MAX_ENTRIES));
    checkSignature(signature.bytes("signature"));
    checkVerifier(pem(signature.bytes("verifier")));
  }

  private void envelopeSecond(ProtoFields record) {
    checkRaw(record.object("payloadHash"), payloadHash(), "payload");
    second(one(record.objects("signatures", BundleReader.MAX_ENTRIES)));
  }

  private void inToto(ProtoFields content) {
    Envelope ours = envelope();
    checkHex(content.object("payloadHash"), payloadHash(), "payload");
    ProtoFields envelope = content.object("envelope");
    if (!envelope.text("payloadType").equals(Envelope.PAYLOAD_TYPE)) {
      throw differs("payload type");
    }
    // Rekor encodes the payload and the signature once more.
    if (envelope.has("payload")
        && !Arrays.equals(twice(envelope.bytes("payload"), "payload"), ours.payload())) {
      throw differs("payload");
    }
    ProtoFields signature = one(envelope.objects("signatures", BundleReader.MAX_ENTRIES));
    checkSignature(twice(signature.bytes("sig"), "signature"));
    checkVerifier(pem(signature.bytes("publicKey")));
  }

  private static byte[] twice(byte[] text, String what) {
    return ProtoFields.base64(
        new String(text, StandardCharsets.ISO_8859_1), "the " + what + " of the log entry");
  }

  private void second(ProtoFields signature) {
    checkSignature(signature.bytes("content"));
    ProtoFields holder = signature.object("verifier");
    boolean certificate = holder.has("x509Certificate");
    checkVerifier(holder.object(certificate ? "x509Certificate" : "publicKey").bytes("rawBytes"));
  }

  private static ProtoFields one(List<ProtoFields> signatures) {
    if (signatures.size() != 1) {
      throw SigstoreRefusal.of(
          "the log entry has " + signatures.size() + " signatures instead of one");
    }
    return signatures.getFirst();
  }

  private Envelope envelope() {
    if (content instanceof Enveloped(Envelope envelope)) {
      return envelope;
    }
    throw SigstoreRefusal.of("the log entry is of an envelope, the bundle is not");
  }

  private byte[] payloadHash() {
    return Sha256.digest().digest(envelope().payload());
  }

  private static void checkHex(ProtoFields hash, byte[] expected, String what) {
    if (!hash.text("algorithm").equals(SHA256_NAME)
        || !hash.text("value").equals(HexFormat.of().formatHex(expected))) {
      throw differs(what);
    }
  }

  private static void checkRaw(ProtoFields hash, byte[] expected, String what) {
    if (!hash.text("algorithm").equals("SHA2_256")
        || !Arrays.equals(hash.bytes("digest"), expected)) {
      throw differs(what);
    }
  }

  private void checkSignature(byte[] found) {
    if (!Arrays.equals(found, content.signature())) {
      throw differs("signature");
    }
  }

  private void checkVerifier(byte[] found) {
    if (!Arrays.equals(found, verifier)) {
      throw differs("certificate or key");
    }
  }

  private static RuntimeException differs(String what) {
    return SigstoreRefusal.of("the log entry has another " + what + " than the bundle");
  }

  /** Returns the content of a PEM block of any kind; what it must be is known. */
  static byte[] pem(byte[] text) {
    String lines = new String(text, StandardCharsets.ISO_8859_1).strip();
    int begin = lines.indexOf("-----\n");
    int end = lines.lastIndexOf("\n-----END ");
    if (!lines.startsWith("-----BEGIN ") || begin < 0 || end < begin) {
      throw SigstoreRefusal.of("the certificate or key is not PEM");
    }
    try {
      return Base64.getDecoder().decode(lines.substring(begin + 6, end).replace("\n", ""));
    } catch (IllegalArgumentException e) {
      throw SigstoreRefusal.of("the certificate or key is not PEM", e);
    }
  }
}
