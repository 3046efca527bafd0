/** The vocabulary for running a container that manifests, image labels and packages share. */
@NullMarked
package linuxkit.yaml.container;

import org.jspecify.annotations.NullMarked;
