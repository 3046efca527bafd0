/** What a PC's BIOS starts: Syslinux on a FAT volume. */
@NullMarked
package linuxkit.boot.bios;

import org.jspecify.annotations.NullMarked;
