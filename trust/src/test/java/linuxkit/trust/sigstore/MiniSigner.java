package linuxkit.trust.sigstore;

import static linuxkit.trust.der.DerWriter.sequence;
import static linuxkit.trust.der.DerWriter.utf8;
import static linuxkit.trust.der.DerWriter.value;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import linuxkit.base.Sha256;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.trust.der.DerWriter;
import linuxkit.trust.der.Tag;

/** One signature of a mini Sigstore. Every field may be set to what an attacker would choose. */
public final class MiniSigner {
  public static final String SUBJECT = "builder@example.com";
  public static final String ISSUER = "https://issuer.example";
  static final byte[] ARTIFACT = "artefact\n".getBytes(StandardCharsets.UTF_8);

  final MiniSigstore sigstore;
  final MiniCertificate leaf = new MiniCertificate();
  byte[] artifact = ARTIFACT;
  Optional<String> statement = Optional.empty();
  String payloadType = "application/vnd.in-toto+json";
  byte[] names = sequence(value(Tag.contextPrimitive(1), ascii(SUBJECT)));
  String issuerExtension = "1.3.6.1.4.1.57264.1.8";
  boolean codeSigning = true;
  boolean promised = true;
  Instant certificateLogTime = MiniSigstore.TIME;
  KeyPair certificateLog;
  KeyPair certificateLogSigner;
  KeyPair issuerKey;

  Instant integrated = MiniSigstore.TIME.plus(Duration.ofMinutes(1));
  boolean second = false;
  boolean withPromise = true;
  boolean withStamp = false;
  MiniStamp stamp;
  byte[] givenStamp = new byte[0];
  UnaryOperator<JsonObject> body = UnaryOperator.identity();
  UnaryOperator<String> checkpoint = UnaryOperator.identity();
  KeyPair checkpointSigner;
  long treeSize = 2;

  private byte[] certificate = new byte[0];
  private byte[] signature = new byte[0];

  MiniSigner(MiniSigstore sigstore) {
    this.sigstore = sigstore;
    leaf.notBefore = MiniSigstore.TIME;
    leaf.notAfter = MiniSigstore.TIME.plus(Duration.ofMinutes(10));
    certificateLog = sigstore.ct;
    certificateLogSigner = sigstore.ct;
    issuerKey = sigstore.intermediate.key;
    stamp = new MiniStamp(sigstore);
    checkpointSigner = sigstore.rekor;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Uses Rekor v2, whose entries need a time stamp. */
  MiniSigner second() {
    second = true;
    withPromise = false;
    withStamp = true;
    checkpointSigner = sigstore.rekorSecond;
    return this;
  }

  static String statement(String digest) {
    return """
        {"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"sha256": "%s"}}],
         "predicateType": "https://sigstore.dev/cosign/sign/v1", "predicate": {}}"""
        .formatted(digest);
  }

  /** Signs with another key than that of the certificate. */
  void signWith(KeyPair key) {
    signature = MiniCertificate.sign(key.getPrivate(), signed());
  }

  void useSignatureOf(MiniSigner other) {
    signature = other.signature();
  }

  byte[] certificate() {
    if (certificate.length == 0) {
      if (codeSigning) {
        leaf.purpose(MiniCertificate.CODE_SIGNING, false);
      }
      leaf.digitalSignature();
      leaf.extension("2.5.29.17", true, names);
      leaf.extension(issuerExtension, false, utf8(ISSUER));
      if (promised) {
        byte[] list =
            sigstore.promise(leaf.body(), certificateLogTime, certificateLog, certificateLogSigner);
        leaf.extension("1.3.6.1.4.1.11129.2.4.2", false, DerWriter.octets(list));
      }
      certificate = leaf.signedBy(issuerKey);
    }
    return certificate;
  }

  private byte[] payload() {
    return statement.orElse("").getBytes(StandardCharsets.UTF_8);
  }

  private byte[] encoded() {
    String header = "DSSEv1 " + payloadType.length() + " " + payloadType + " ";
    String text = header + payload().length + " " + statement.orElse("");
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] signed() {
    return statement.isPresent() ? encoded() : artifact;
  }

  byte[] signature() {
    if (signature.length == 0) {
      signature = MiniCertificate.sign(leaf.key.getPrivate(), signed());
    }
    return signature;
  }

  private static JsonObject.Builder object() {
    return JsonObject.builder();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private byte[] pem() {
    return ("-----BEGIN CERTIFICATE-----\n"
            + base64(certificate())
            + "\n-----END CERTIFICATE-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private JsonObject spec() {
    byte[] digest = Sha256.digest().digest(signed());
    if (second) {
      JsonObject verifier =
          object()
              .put("keyDetails", "PKIX_ECDSA_P256_SHA_256")
              .put("x509Certificate", object().put("rawBytes", base64(certificate())).build())
              .build();
      JsonObject content =
          object().put("content", base64(signature())).put("verifier", verifier).build();
      JsonObject data = object().put("algorithm", "SHA2_256").put("digest", base64(digest)).build();
      return object()
          .put("hashedRekordV002", object().put("data", data).put("signature", content).build())
          .build();
    }
    if (statement.isPresent()) {
      JsonObject hash =
          object().put("algorithm", "sha256").put("value", Sha256.hex(payload())).build();
      JsonObject each =
          object().put("signature", base64(signature())).put("verifier", base64(pem())).build();
      return object()
          .put("envelopeHash", hash)
          .put("payloadHash", hash)
          .put("signatures", MiniSigstore.list(each))
          .build();
    }
    JsonObject hash =
        object().put("algorithm", "sha256").put("value", HexFormat.of().formatHex(digest)).build();
    JsonObject key = object().put("content", base64(pem())).build();
    return object()
        .put("data", object().put("hash", hash).build())
        .put(
            "signature", object().put("content", base64(signature())).put("publicKey", key).build())
        .build();
  }

  private String kind() {
    return statement.isPresent() && !second ? "dsse" : "hashedrekord";
  }

  private String version() {
    return second ? "0.0.2" : "0.0.1";
  }

  /** Returns the entry of the log: the second of two. */
  JsonObject entry() {
    KeyPair log = second ? sigstore.rekorSecond : sigstore.rekor;
    byte[] text =
        MiniSigstore.json(
            body.apply(
                object()
                    .put("apiVersion", version())
                    .put("kind", kind())
                    .put("spec", spec())
                    .build()));
    byte[] first = InclusionProof.leafHash(new byte[] {1});
    byte[] root = InclusionProof.nodeHash(first, InclusionProof.leafHash(text));
    String host = second ? "second.example" : MiniSigstore.HOST;
    String note =
        checkpoint.apply(
            host + (second ? "" : " - 42") + "\n" + treeSize + "\n" + base64(root) + "\n");
    byte[] noteSignature =
        MiniCertificate.sign(checkpointSigner.getPrivate(), note.getBytes(StandardCharsets.UTF_8));
    byte[] hinted = new byte[4 + noteSignature.length];
    System.arraycopy(MiniSigstore.id(log), 0, hinted, 0, 4);
    System.arraycopy(noteSignature, 0, hinted, 4, noteSignature.length);
    JsonObject proof =
        object()
            .put("logIndex", "1")
            .put("rootHash", base64(root))
            .put("treeSize", "2")
            .put("hashes", List.of(base64(first)))
            .put(
                "checkpoint",
                object()
                    .put("envelope", note + "\n\u2014 " + host + " " + base64(hinted) + "\n")
                    .build())
            .build();
    JsonObject.Builder entry =
        object()
            .put("logIndex", "1")
            .put("logId", object().put("keyId", base64(MiniSigstore.id(log))).build())
            .put("kindVersion", object().put("kind", kind()).put("version", version()).build());
    if (!second) {
      entry.put("integratedTime", Long.toString(integrated.getEpochSecond()));
    }
    if (withPromise) {
      String signed =
          "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":1}"
              .formatted(
                  base64(text),
                  integrated.getEpochSecond(),
                  HexFormat.of().formatHex(MiniSigstore.id(log)));
      entry.put(
          "inclusionPromise",
          object()
              .put(
                  "signedEntryTimestamp",
                  base64(MiniCertificate.sign(log.getPrivate(), ascii(signed))))
              .build());
    }
    return entry.put("inclusionProof", proof).put("canonicalizedBody", base64(text)).build();
  }

  JsonObject bundle(JsonObject... entries) {
    JsonObject.Builder material =
        object()
            .put("certificate", object().put("rawBytes", base64(certificate())).build())
            .put(
                "tlogEntries",
                MiniSigstore.list(entries.length == 0 ? new JsonObject[] {entry()} : entries));
    if (withStamp) {
      JsonObject token =
          object()
              .put(
                  "signedTimestamp",
                  base64(givenStamp.length > 0 ? givenStamp : stamp.of(signature())))
              .build();
      material.put(
          "timestampVerificationData",
          object().put("rfc3161Timestamps", MiniSigstore.list(token)).build());
    }
    JsonObject.Builder bundle =
        object()
            .put("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json")
            .put("verificationMaterial", material.build());
    if (statement.isPresent()) {
      JsonArray signatures = MiniSigstore.list(object().put("sig", base64(signature())).build());
      bundle.put(
          "dsseEnvelope",
          object()
              .put("payload", base64(payload()))
              .put("payloadType", payloadType)
              .put("signatures", signatures)
              .build());
    } else {
      JsonObject digest =
          object()
              .put("algorithm", "SHA2_256")
              .put("digest", base64(Sha256.digest().digest(artifact)))
              .build();
      bundle.put(
          "messageSignature",
          object().put("messageDigest", digest).put("signature", base64(signature())).build());
    }
    return bundle.build();
  }

  VerifiedBundle verify(JsonObject bundle) {
    return verify(MiniSigstore.json(bundle), KeylessIdentity.exact(ISSUER, SUBJECT));
  }

  VerifiedBundle verify(byte[] bundle, KeylessIdentity identity) {
    return sigstore.verifier().keyless(bundle, Artifact.of(artifact), identity);
  }
}
