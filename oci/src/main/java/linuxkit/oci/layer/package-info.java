/** Layers: how their bytes become files of a tree. */
@NullMarked
package linuxkit.oci.layer;

import org.jspecify.annotations.NullMarked;
