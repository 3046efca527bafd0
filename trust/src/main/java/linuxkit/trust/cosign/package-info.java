/** Signatures and attestations in cosign's forms, made and checked with a key. */
@NullMarked
package linuxkit.trust.cosign;

import org.jspecify.annotations.NullMarked;
