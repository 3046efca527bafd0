package linuxkit.filesystem;

/**
 * Where bytes lie, in one piece.
 *
 * @param offset in bytes from the beginning of the volume
 * @param length in bytes, at least 1
 */
public record Extent(long offset, long length) {}
