package linuxkit.trust.keys;

import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;
import javax.security.auth.login.LoginException;
import linuxkit.trust.TrustFailure;

/** A private key, in memory or in a device that signs with it. {@link SigningKeys} opens one. */
public final class SigningKey implements AutoCloseable {
  private final PrivateKey key;
  private final VerificationKey verification;
  private final Optional<Provider> device;
  private final String where;

  SigningKey(
      PrivateKey key, VerificationKey verification, Optional<Provider> device, String where) {
    this.key = key;
    this.verification = verification;
    this.device = device;
    this.where = where;
  }

  /** Returns the key that checks the signatures of this one. */
  public VerificationKey verificationKey() {
    return verification;
  }

  /** Signs with the first of the {@link KeyType#algorithms} of the key's type. */
  public byte[] sign(byte[] bytes) {
    return sign(verification.type().algorithms().getFirst(), bytes);
  }

  /**
   * Signs the bytes and checks the signature, so that a faulty device or a public key of another
   * pair is noticed here.
   *
   * @param algorithm one of the key's family
   * @throws TrustFailure if the device refuses, or the signature is wrong
   */
  public byte[] sign(SignatureAlgorithm algorithm, byte[] bytes) {
    if (algorithm.family() != verification.type().family()) {
      throw new IllegalArgumentException(algorithm + " with a " + verification.type());
    }
    byte[] signature;
    try {
      Signature signer = signer(algorithm);
      signer.initSign(key);
      signer.update(bytes);
      signature = signer.sign();
    } catch (GeneralSecurityException e) {
      throw new TrustFailure(
          "the key does not sign: " + Reason.of(e), where, "use another key or device", e);
    }
    if (!verification.verify(algorithm, bytes, signature)) {
      throw new TrustFailure(
          "the private key does not belong to the public key beside it",
          where,
          "use the certificate or public key of this private key");
    }
    return signature;
  }

  private Signature signer(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    if (device.isEmpty()) {
      return algorithm.signature();
    }
    Signature signer = Signature.getInstance(algorithm.jdkName(), device.get());
    if (algorithm.parameters().isPresent()) {
      signer.setParameter(algorithm.parameters().get());
    }
    return signer;
  }

  /** Logs out of the device, if there is one. */
  @Override
  public void close() {
    if (device.isPresent() && device.get() instanceof AuthProvider login) {
      try {
        login.logout();
      } catch (LoginException _) {
        // The end of the process logs out as well.
      }
    }
  }
}
