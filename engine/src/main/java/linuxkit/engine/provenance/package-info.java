/** Provenance of builds: writing it, checking artefacts against it, and building again. */
@NullMarked
package linuxkit.engine.provenance;

import org.jspecify.annotations.NullMarked;
