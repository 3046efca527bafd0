/** Signed envelopes (DSSE) and the in-toto statements in them. */
@NullMarked
package linuxkit.trust.dsse;

import org.jspecify.annotations.NullMarked;
