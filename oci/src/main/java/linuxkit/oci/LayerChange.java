package linuxkit.oci;

import java.util.Optional;
import linuxkit.filesystem.Node;

/**
 * A layer that puts a file at a path, or takes it away.
 *
 * @param layer the digest of its blob
 * @param node what is there with this layer; none when it takes the file away
 */
public record LayerChange(Digest layer, Optional<Node> node) {}
