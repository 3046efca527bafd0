/** Booting under UEFI: unified kernel images and EFI system partitions. */
@NullMarked
package linuxkit.boot.efi;

import org.jspecify.annotations.NullMarked;
