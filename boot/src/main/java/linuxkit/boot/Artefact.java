package linuxkit.boot;

import java.nio.file.Path;

/**
 * A file that a build made.
 *
 * @param size in bytes
 * @param sha256 of its bytes, in lower-case hexadecimal digits
 */
public record Artefact(Path path, long size, String sha256) {}
