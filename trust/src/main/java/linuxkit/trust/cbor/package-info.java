/** A strict and bounded reader of CBOR (RFC 8949). */
@NullMarked
package linuxkit.trust.cbor;

import org.jspecify.annotations.NullMarked;
