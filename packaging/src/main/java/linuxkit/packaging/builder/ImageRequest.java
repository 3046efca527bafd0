package linuxkit.packaging.builder;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.oci.Platform;
import linuxkit.packaging.dockerfile.BaseLayout;

/**
 * An image to build.
 *
 * @param context the directory to build from
 * @param dockerfile its path in the context
 * @param bases the images that come from the store
 * @param network whether commands may use the network
 * @param cached whether results of earlier builds may be used
 */
public record ImageRequest(
    Path context,
    String dockerfile,
    Platform platform,
    SortedMap<String, String> arguments,
    SortedMap<String, String> labels,
    List<Base> bases,
    boolean network,
    boolean cached) {
  public ImageRequest {
    arguments = Collections.unmodifiableSortedMap(new TreeMap<>(arguments));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    bases = List.copyOf(bases);
  }

  /** Returns what is built, for failures. */
  String place() {
    return arguments.getOrDefault("PKG_IMAGE", context.toString()) + " for " + platform;
  }

  /**
   * An image of the store that the Dockerfile uses.
   *
   * @param written the name in the Dockerfile, with its variables
   * @param name the name with their values
   */
  public record Base(String written, String name, BaseLayout.Entry image) {}
}
