/** Time stamps of RFC 3161, whose signer the caller knows. */
@NullMarked
package linuxkit.trust.timestamp;

import org.jspecify.annotations.NullMarked;
