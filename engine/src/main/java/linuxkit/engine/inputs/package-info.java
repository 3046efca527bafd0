/** Inputs of builds: those that a build has used, and those that replace the usual ones. */
@NullMarked
package linuxkit.engine.inputs;

import org.jspecify.annotations.NullMarked;
