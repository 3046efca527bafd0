package linuxkit.trust.policy;

import java.time.InstantSource;
import linuxkit.trust.Authority;
import linuxkit.trust.cosign.KeyAuthority;
import linuxkit.trust.keys.VerificationKey;
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
      case TrustedSigner.X509 x509 ->
          X509Authority.of(x509.roots().bytes(), x509.roots().where(), x509.subject());
    };
  }

  private static Authority key(TrustedSigner.Material material) {
    return new KeyAuthority(
        VerificationKey.parse(material.bytes(), material.where()), BundleKeyCheck.ALONE);
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
