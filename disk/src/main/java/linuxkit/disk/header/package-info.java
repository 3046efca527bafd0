/** What the headers of disk images say, read without trusting them. */
@NullMarked
package linuxkit.disk.header;

import org.jspecify.annotations.NullMarked;
