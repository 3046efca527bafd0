package linuxkit.oci;

import java.util.Optional;
import linuxkit.filesystem.Node;

/**
 * A layer that changes or removes the file at a path.
 *
 * @param layer the digest of its blob
 * @param node the file after this layer; empty if the layer removes it
 */
public record LayerChange(Digest layer, Optional<Node> node) {}
