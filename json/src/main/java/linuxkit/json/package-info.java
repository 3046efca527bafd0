/** JSON values: a strict reader, and a writer for the layouts that image formats require. */
@NullMarked
package linuxkit.json;

import org.jspecify.annotations.NullMarked;
