package linuxkit.trust.sigstore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;

/** A Sigstore instance of one process: its keys, its authorities and its trusted root. */
public final class MiniSigstore {
  static final Instant TIME = Instant.parse("2026-06-01T12:00:00Z");
  static final String HOST = "rekor.example";

  final KeyPair root = MiniCertificate.ec();
  final KeyPair ct = MiniCertificate.ec();
  final KeyPair rekor = MiniCertificate.ec();
  final KeyPair rekorSecond = MiniCertificate.pair("Ed25519");
  final KeyPair tsaRoot = MiniCertificate.ec();

  final MiniCertificate intermediate =
      new MiniCertificate()
          .named("mini-intermediate", "mini-root")
          .authority()
          .purpose(MiniCertificate.CODE_SIGNING, false);
  final MiniCertificate tsa = new MiniCertificate().named("mini-tsa", "mini-tsa-root");
  boolean tsaPurposeIsCritical = true;
  String tsaPurpose = MiniCertificate.TIME_STAMPING;

  String authorityValidity = period(-300, 300);
  String logValidity = period(-300, 300);
  String ctValidity = period(-300, 300);
  String tsaValidity = period(-300, 300);
  private byte[] tsaDer = new byte[0];

  /** Returns a period in days around {@link #TIME}. */
  static String period(int from, int to) {
    return "{\"start\": \"%s\", \"end\": \"%s\"}"
        .formatted(TIME.plus(Duration.ofDays(from)), TIME.plus(Duration.ofDays(to)));
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Returns a log's identifier: of Rekor v2 as in C2SP signed-note, of others of the key alone. */
  static byte[] id(KeyPair log) {
    byte[] key = log.getPublic().getEncoded();
    if (log.getPublic().getAlgorithm().equals("EC")) {
      return Sha256.digest().digest(key);
    }
    MessageDigest digest = Sha256.digest();
    digest.update("second.example\n\u0001".getBytes(StandardCharsets.US_ASCII));
    digest.update(key, key.length - 32, 32);
    return digest.digest();
  }

  byte[] rootDer() {
    MiniCertificate certificate = new MiniCertificate().named("mini-root", "mini-root").authority();
    certificate.key = root;
    return certificate.signedBy(root);
  }

  byte[] tsaDer() {
    if (tsaDer.length == 0) {
      tsaDer = tsa.digitalSignature().purpose(tsaPurpose, tsaPurposeIsCritical).signedBy(tsaRoot);
    }
    return tsaDer;
  }

  /** Returns the file {@code trusted_root.json}. */
  public String trustedRoot() {
    MiniCertificate tsaRootCertificate =
        new MiniCertificate().named("mini-tsa-root", "mini-tsa-root").authority();
    tsaRootCertificate.key = tsaRoot;
    return """
        {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
         "tlogs": [%s, %s],
         "ctlogs": [%s],
         "certificateAuthorities": [%s],
         "timestampAuthorities": [%s]}
        """
        .formatted(
            log("https://" + HOST, rekor, "PKIX_ECDSA_P256_SHA_256", logValidity),
            log("https://second.example", rekorSecond, "PKIX_ED25519", logValidity),
            log("https://ct.example", ct, "PKIX_ECDSA_P256_SHA_256", ctValidity),
            authority(authorityValidity, intermediate.signedBy(root), rootDer()),
            authority(tsaValidity, tsaDer(), tsaRootCertificate.signedBy(tsaRoot)));
  }

  private static String log(String url, KeyPair key, String kind, String validity) {
    return """
        {"baseUrl": "%s", "hashAlgorithm": "SHA2_256",
         "publicKey": {"rawBytes": "%s", "keyDetails": "%s", "validFor": %s},
         "logId": {"keyId": "%s"}}"""
        .formatted(url, base64(key.getPublic().getEncoded()), kind, validity, base64(id(key)));
  }

  private static String authority(String validity, byte[] first, byte[] last) {
    return """
        {"subject": {"organization": "mini", "commonName": "mini"}, "uri": "https://mini.example",
         "certChain": {"certificates": [{"rawBytes": "%s"}, {"rawBytes": "%s"}]},
         "validFor": %s}"""
        .formatted(base64(first), base64(last), validity);
  }

  /** Returns the bundle of a statement that {@link MiniSigner#SUBJECT} has signed. */
  public byte[] signed(String statement) {
    MiniSigner signer = new MiniSigner(this);
    signer.statement = Optional.of(statement);
    return json(signer.bundle());
  }

  /** Returns the bundle of an image's signature, a statement. */
  public byte[] signedImage(String digest) {
    return signed(MiniSigner.statement(digest.substring(digest.indexOf(':') + 1)));
  }

  /** Returns the bundle of a file's signature, which is over the bytes of the file. */
  public byte[] signedFile(byte[] content) {
    MiniSigner signer = new MiniSigner(this);
    signer.artifact = content;
    return json(signer.bundle());
  }

  /** Returns a verifier whose clock shows half an hour after {@link #TIME}. */
  SigstoreVerifier verifier() {
    return new SigstoreVerifier(
        TrustedRoot.parse(trustedRoot().getBytes(StandardCharsets.UTF_8), "root"),
        InstantSource.fixed(TIME.plus(Duration.ofMinutes(30))));
  }

  /** Returns the promise of the certificate log to publish a certificate. */
  byte[] promise(byte[] precertificate, Instant time, KeyPair log, KeyPair signer) {
    byte[] issuer = Sha256.digest().digest(intermediate.key.getPublic().getEncoded());
    ByteBuffer signed = ByteBuffer.allocate(12 + 32 + 3 + precertificate.length + 2);
    signed.putShort((short) 0).putLong(time.toEpochMilli()).putShort((short) 1).put(issuer);
    signed.put((byte) (precertificate.length >> 16)).putShort((short) precertificate.length);
    signed.put(precertificate).putShort((short) 0);
    byte[] signature = MiniCertificate.sign(signer.getPrivate(), signed.array());
    int length = 1 + 32 + 8 + 2 + 2 + 2 + signature.length;
    ByteBuffer list = ByteBuffer.allocate(4 + length);
    list.putShort((short) (2 + length)).putShort((short) length).put((byte) 0).put(id(log));
    list.putLong(time.toEpochMilli()).putShort((short) 0).put((byte) 4).put((byte) 3);
    list.putShort((short) signature.length).put(signature);
    return list.array();
  }

  static byte[] json(JsonObject object) {
    return JsonFormat.COMPACT.bytes(object);
  }

  static JsonArray list(JsonObject... objects) {
    return new JsonArray(List.of(objects));
  }
}
