/**
 * The content of a system: its images and the packages in them, as SPDX 2.3 and CycloneDX 1.6
 * documents. The packages are those that an image's builder attests, or else those of the image's
 * package databases.
 */
@NullMarked
package linuxkit.system.sbom;

import org.jspecify.annotations.NullMarked;
