/** Lock files: the digests that the references of a manifest stand for, and their use by builds. */
@NullMarked
package linuxkit.engine.lock;

import org.jspecify.annotations.NullMarked;
