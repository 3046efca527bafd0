/**
 * YAML as trees of nodes that know where they stand, and typed reading of them that reports every
 * mistake at once. Used for system manifests, image labels and {@code build.yml} alike.
 */
@NullMarked
package linuxkit.yaml;

import org.jspecify.annotations.NullMarked;
