/** A strict, bounded reader and a writer of DER (ITU-T X.690), for CMS and parts of X.509. */
@NullMarked
package linuxkit.trust.der;

import org.jspecify.annotations.NullMarked;
