/**
 * YAML as trees of nodes with positions, and typed reading that reports every mistake at once, for
 * system manifests, image labels and {@code build.yml}.
 */
@NullMarked
package linuxkit.yaml;

import org.jspecify.annotations.NullMarked;
