/** The file tree in memory, and the formats that store one. */
@NullMarked
package linuxkit.filesystem;

import org.jspecify.annotations.NullMarked;
