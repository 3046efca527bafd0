/**
 * A verifier of Sigstore bundles that needs no network: what was signed, by whom, and when, from a
 * bundle and a trusted root alone.
 */
@NullMarked
package linuxkit.trust.sigstore;

import org.jspecify.annotations.NullMarked;
