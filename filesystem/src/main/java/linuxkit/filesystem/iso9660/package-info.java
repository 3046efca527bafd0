/**
 * ISO 9660 volumes: ECMA-119 (the same standard, free to read), the System Use Sharing Protocol
 * 1.12 (SUSP), the Rock Ridge Interchange Protocol 1.12 (RRIP), the Joliet Specification of 1995
 * and the "El Torito" Bootable CD-ROM Format Specification 1.0, whose sections comments name; and
 * what Linux's isofs makes of them.
 */
@NullMarked
package linuxkit.filesystem.iso9660;

import org.jspecify.annotations.NullMarked;
