package linuxkit.trust.policy;

import linuxkit.trust.Authority;

/** Makes authorities of what a policy says about them. */
@FunctionalInterface
public interface AuthorityFactory {
  /**
   * Returns the authority.
   *
   * @throws linuxkit.base.Failure if a key, a certificate or a trusted root cannot be used
   */
  Authority of(TrustedSigner credential);
}
