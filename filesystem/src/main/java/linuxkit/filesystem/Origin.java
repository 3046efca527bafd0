package linuxkit.filesystem;

/**
 * Where a file of a tree came from.
 *
 * @param location the part of the system it belongs to, such as {@code services[0]}; empty outside
 *     a system
 * @param source the image or the generator it came from
 * @param layer the digest of the layer within that image; empty when it came from no layer
 */
public record Origin(String location, String source, String layer) {
  public static final Origin NONE = new Origin("", "", "");
}
