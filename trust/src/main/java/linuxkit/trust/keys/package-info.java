/** Public keys that check signatures, and private keys in files and hardware that make them. */
@NullMarked
package linuxkit.trust.keys;

import org.jspecify.annotations.NullMarked;
