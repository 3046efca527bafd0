/** Readers of disk containers, which do not trust them and open no other file. */
@NullMarked
package linuxkit.disk.read;

import org.jspecify.annotations.NullMarked;
