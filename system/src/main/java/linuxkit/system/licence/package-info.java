/**
 * The licences that Debian's machine-readable copyright files declare, as SPDX licence expressions.
 */
@NullMarked
package linuxkit.system.licence;

import org.jspecify.annotations.NullMarked;
