package linuxkit.system.manifest;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import linuxkit.oci.Image;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlDocument;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;

/**
 * The container configuration in an image's label.
 *
 * @param config empty if there is no label
 * @param node the label as written
 */
public record ImageLabel(ContainerConfig config, YamlNode node) {
  /** Reads the label; its mistakes go to {@code diagnostics}. */
  public static ImageLabel read(Image image, Diagnostics diagnostics) {
    String name = "label " + ContainerConfig.LABEL + " of " + image.reference();
    String text = image.config().labels().getOrDefault(ContainerConfig.LABEL, "");
    YamlNode nothing = new YamlNode.Scalar(new Position(name, 1, 1), "", YamlNode.Scalar.Kind.NULL);
    if (text.isBlank()) {
      return new ImageLabel(ContainerConfig.EMPTY, nothing);
    }
    Optional<YamlNode> node =
        YamlDocument.parse(name, text.getBytes(StandardCharsets.UTF_8), diagnostics);
    ContainerConfig config =
        node.flatMap(root -> NodeReader.root(root, diagnostics).mapping(ContainerConfig::read))
            .orElse(ContainerConfig.EMPTY);
    return new ImageLabel(config, node.orElse(nothing));
  }
}
