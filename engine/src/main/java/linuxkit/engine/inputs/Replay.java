package linuxkit.engine.inputs;

import java.util.List;
import java.util.function.Function;
import linuxkit.oci.Images;
import linuxkit.oci.registry.transfer.Puller;

/**
 * Inputs that replace the usual ones of a build.
 *
 * @param manifests the bytes of the manifests that the request names, in its order
 * @param images returns the images that are found through the store and the registries
 */
public record Replay(List<byte[]> manifests, Function<Puller, Images> images) {
  public Replay {
    manifests = List.copyOf(manifests);
  }
}
