package linuxkit.filesystem;

/**
 * A contiguous range of bytes in a volume.
 *
 * @param offset in bytes from the beginning of the volume
 * @param length in bytes, at least 1
 */
public record Extent(long offset, long length) {}
