/**
 * Signatures of the Notary Project: JSON and COSE envelopes, chains of X.509 certificates, and whom
 * a policy trusts to sign (Notary Project specifications 1.1).
 */
@NullMarked
package linuxkit.trust.notary;

import org.jspecify.annotations.NullMarked;
