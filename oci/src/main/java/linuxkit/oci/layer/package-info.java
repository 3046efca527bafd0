/** Layers: their unpacking, and their flattening to a tree of files. */
@NullMarked
package linuxkit.oci.layer;

import org.jspecify.annotations.NullMarked;
