package linuxkit.filesystem;

/**
 * The origin of a file in a tree.
 *
 * @param location the part of the system that contains the file, such as {@code services[0]}; empty
 *     outside a system
 * @param source the image or generator that provides the file
 * @param layer the digest of the layer in that image; empty if the file is not from a layer
 */
public record Origin(String location, String source, String layer) {
  public static final Origin NONE = new Origin("", "", "");
}
