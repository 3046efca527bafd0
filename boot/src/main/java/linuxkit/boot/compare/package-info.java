/** Compares artefacts byte for byte, and finds the file in them that differs first. */
@NullMarked
package linuxkit.boot.compare;

import org.jspecify.annotations.NullMarked;
