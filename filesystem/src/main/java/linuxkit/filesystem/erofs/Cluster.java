package linuxkit.filesystem.erofs;

/**
 * A part of the content of a file, compressed if that saves a block.
 *
 * @param size of the content, in bytes
 * @param blocks how many blocks store it
 */
record Cluster(int size, int blocks, boolean isCompressed) {}
