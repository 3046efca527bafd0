package linuxkit.packaging.debian;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.BCPGOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A key that signs releases of a test archive. */
final class TestKey {
  private static final Date SIGNED = Date.from(Instant.parse("2026-06-01T11:00:00Z"));

  private final PGPKeyPair key;

  private TestKey(PGPKeyPair key) {
    this.key = key;
  }

  /** Generates a key. */
  static TestKey generate() {
    RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
    generator.init(
        new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), 2048, 12));
    try {
      return new TestKey(
          new BcPGPKeyPair(
              PublicKeyPacket.VERSION_4,
              PGPPublicKey.RSA_GENERAL,
              generator.generateKeyPair(),
              Date.from(Instant.parse("2020-01-01T00:00:00Z"))));
    } catch (PGPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the public key, as in a keyring of apt. */
  void write(Path file) throws IOException {
    try {
      PGPKeyRingGenerator ring =
          new PGPKeyRingGenerator(
              PGPSignature.POSITIVE_CERTIFICATION,
              key,
              "Test archive <a@example.com>",
              new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
              null,
              null,
              new BcPGPContentSignerBuilder(PGPPublicKey.RSA_GENERAL, HashAlgorithmTags.SHA256),
              null);
      Files.write(file, ring.generatePublicKeyRing().getEncoded());
    } catch (PGPException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Signs text as archives of apt do.
   *
   * @param hash one of {@link HashAlgorithmTags}
   */
  String sign(String text, int hash) throws PGPException, IOException {
    PGPSignatureGenerator generator =
        new PGPSignatureGenerator(
            new BcPGPContentSignerBuilder(PGPPublicKey.RSA_GENERAL, hash), key.getPublicKey());
    generator.init(PGPSignature.CANONICAL_TEXT_DOCUMENT, key.getPrivateKey());
    PGPSignatureSubpacketGenerator time = new PGPSignatureSubpacketGenerator();
    time.setSignatureCreationTime(false, SIGNED);
    time.setIssuerFingerprint(false, key.getPublicKey());
    generator.setHashedSubpackets(time.generate());
    generator.update(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream armored = new ByteArrayOutputStream();
    try (ArmoredOutputStream out = ArmoredOutputStream.builder().clearHeaders().build(armored)) {
      generator.generate().encode(new BCPGOutputStream(out));
    }
    return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
        + text
        + "\n"
        + armored.toString(StandardCharsets.US_ASCII);
  }
}
