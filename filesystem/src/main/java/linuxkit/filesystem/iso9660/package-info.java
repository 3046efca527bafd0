/**
 * Writes ISO 9660 volumes. Section numbers in comments refer to ECMA-119 (the same standard, freely
 * available), the System Use Sharing Protocol 1.12 (SUSP), the Rock Ridge Interchange Protocol 1.12
 * (RRIP), the Joliet Specification of 1995 and the "El Torito" Bootable CD-ROM Format Specification
 * 1.0. Where they leave a choice, volumes follow what Linux (fs/isofs) reads.
 */
@NullMarked
package linuxkit.filesystem.iso9660;

import org.jspecify.annotations.NullMarked;
