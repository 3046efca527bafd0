/** Programs that build images from Dockerfiles: BuildKit, Docker's buildx, buildah. */
@NullMarked
package linuxkit.packaging.builder;

import org.jspecify.annotations.NullMarked;
