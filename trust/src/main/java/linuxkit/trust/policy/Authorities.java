package linuxkit.trust.policy;

import linuxkit.trust.Authority;
import linuxkit.trust.TrustFailure;

/** The authorities that this program has code for. */
public final class Authorities implements AuthorityFactory {
  /** Creates the factory. */
  public Authorities() {}

  @Override
  public Authority of(Credential credential) {
    // The kinds are joined here: each is a package of its own.
    throw switch (credential) {
      case Credential.Key key -> unsupported("key", key.publicKey().where());
      case Credential.Keyless keyless -> unsupported("keyless", keyless.trustedRoot().where());
      case Credential.X509 x509 -> unsupported("x509", x509.roots().where());
    };
  }

  private static TrustFailure unsupported(String kind, String where) {
    return new TrustFailure(
        "signatures of the kind '" + kind + "' cannot be checked by this version", where, "");
  }
}
