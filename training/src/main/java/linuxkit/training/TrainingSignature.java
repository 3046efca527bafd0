package linuxkit.training;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** Signs images in cosign's classic form, with a key that exists only during the training. */
final class TrainingSignature {
  /** The configuration of a signature's manifest. */
  static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

  private final KeyPair key;

  TrainingSignature() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      key = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the public key in PEM. */
  String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** Returns what is signed about an image. */
  static byte[] payload(String repository, String hex) {
    return ("{\"critical\":{\"identity\":{\"docker-reference\":\"%s\"},"
            + "\"image\":{\"docker-manifest-digest\":\"sha256:%s\"},"
            + "\"type\":\"cosign container image signature\"},\"optional\":null}")
        .formatted(repository, hex)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the manifest under the image's tag for signatures. */
  byte[] manifest(byte[] payload) {
    return """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"sha256:%s"},
    "layers":[{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","size":%d,
    "digest":"sha256:%s","annotations":{"dev.cosignproject.cosign/signature":"%s"}}]}"""
        .formatted(hex(CONFIG), payload.length, hex(payload), sign(payload))
        .getBytes(StandardCharsets.UTF_8);
  }

  private String sign(byte[] payload) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(payload);
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String hex(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
