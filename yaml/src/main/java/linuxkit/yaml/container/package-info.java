/** How a container is to run: the vocabulary that manifests, image labels and packages share. */
@NullMarked
package linuxkit.yaml.container;

import org.jspecify.annotations.NullMarked;
