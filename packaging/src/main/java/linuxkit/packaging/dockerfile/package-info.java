/** Dockerfiles: their keys in a build.yml, the images that they use, their contexts. */
@NullMarked
package linuxkit.packaging.dockerfile;

import org.jspecify.annotations.NullMarked;
