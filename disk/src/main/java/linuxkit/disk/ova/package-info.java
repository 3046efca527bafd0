/** Virtual appliances: a machine and its disk in one file. */
@NullMarked
package linuxkit.disk.ova;

import org.jspecify.annotations.NullMarked;
