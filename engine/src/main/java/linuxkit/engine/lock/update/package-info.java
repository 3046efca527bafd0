/** Creating, updating and checking lock files. */
@NullMarked
package linuxkit.engine.lock.update;

import org.jspecify.annotations.NullMarked;
