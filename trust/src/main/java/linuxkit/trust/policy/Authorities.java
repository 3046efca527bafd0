package linuxkit.trust.policy;

import java.time.InstantSource;
import java.util.Optional;
import linuxkit.trust.Authority;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.cosign.KeyAuthority;
import linuxkit.trust.keys.VerificationKey;
import linuxkit.trust.notary.TrustStore;
import linuxkit.trust.notary.TrustedSubjects;
import linuxkit.trust.notary.X509Authority;
import linuxkit.trust.sigstore.BundleKeyCheck;
import linuxkit.trust.sigstore.KeylessAuthority;
import linuxkit.trust.sigstore.KeylessIdentity;
import linuxkit.trust.sigstore.TrustedRoot;

/** The authorities that this program has code for. */
public final class Authorities implements AuthorityFactory {
  private static final InstantSource CLOCK = InstantSource.system();

  /** Creates the factory. */
  public Authorities() {}

  @Override
  public Authority of(TrustedSigner credential) {
    return switch (credential) {
      case TrustedSigner.Key key -> key(key.publicKey());
      case TrustedSigner.Keyless keyless -> keyless(keyless);
      case TrustedSigner.X509 x509 -> x509(x509);
    };
  }

  private static Authority key(TrustedSigner.Material material) {
    return new KeyAuthority(
        VerificationKey.parse(material.bytes(), material.where()), BundleKeyCheck.ALONE);
  }

  private static Authority x509(TrustedSigner.X509 x509) {
    TrustStore own = store(x509.roots());
    TrustStore services = store(x509.signingAuthorityRoots());
    if (own.overlaps(services)) {
      throw new TrustFailure(
          "roots and signingAuthorityRoots have a certificate in common",
          x509.where(),
          "a signer that it has issued a certificate to could state any time");
    }
    return new X509Authority(
        own,
        services,
        store(x509.timestampRoots()),
        TrustedSubjects.of(x509.subject(), x509.where()),
        CLOCK);
  }

  private static TrustStore store(Optional<TrustedSigner.Material> roots) {
    return roots
        .map(material -> TrustStore.parse(material.bytes(), material.where()))
        .orElse(TrustStore.EMPTY);
  }

  private static Authority keyless(TrustedSigner.Keyless keyless) {
    KeylessIdentity identity =
        keyless
            .subject()
            .map(subject -> KeylessIdentity.exact(keyless.issuer(), subject))
            .orElseGet(
                () ->
                    KeylessIdentity.matching(
                        keyless.issuer(), keyless.pattern().orElseThrow().pattern()));
    TrustedSigner.Material root = keyless.trustedRoot();
    return new KeylessAuthority(identity, TrustedRoot.parse(root.bytes(), root.where()), CLOCK);
  }
}
