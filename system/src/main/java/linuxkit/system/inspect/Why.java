package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import linuxkit.base.ByteSize;
import linuxkit.filesystem.Node;
import linuxkit.yaml.Position;

/**
 * Why there is a file at a path.
 *
 * @param path in the system, without a slash at its start, links above it followed
 * @param node what is there; none when it was taken away again
 * @param sources who put something there, the last first: the first of them gave what is there, the
 *     others are hidden by it; never empty
 */
public record Why(String path, Optional<Node> node, List<Source> sources) {
  public Why {
    sources = List.copyOf(sources);
  }

  /**
   * Who put a file at a path.
   *
   * @param node none when it took the file away
   * @param part of the system, such as {@code services[0]}; empty outside of a system
   * @param position in the manifest, where there is one
   * @param image its reference; empty when the file came from no image
   * @param digest of the image, where it is known
   * @param layer the digest of the layer; empty when the file came from no layer, or it is not
   *     known
   * @param remark what else there is to say; may be empty
   */
  public record Source(
      Optional<Node> node,
      String part,
      Optional<Position> position,
      String image,
      String digest,
      String layer,
      String remark) {}

  /** The answer as lines of text, indented by two spaces where they belong to the one above. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "/"
            + path
            + node.map(is -> " is " + describe(is))
                .orElse(" is not there: it was taken away again"));
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      if (i > 0) {
        lines.add(
            source
                .node()
                .map(hidden -> "over " + describe(hidden))
                .orElse("where it was taken away"));
      }
      add(lines, "part", source.part());
      add(lines, "manifest", source.position().map(Position::toString).orElse(""));
      add(lines, "image", source.image());
      add(lines, "digest", source.digest());
      add(lines, "layer", source.layer());
      add(lines, "note", source.remark());
    }
    return lines;
  }

  private static void add(List<String> lines, String name, String value) {
    if (!value.isEmpty()) {
      lines.add("  %-9s %s".formatted(name, value));
    }
  }

  private static String describe(Node node) {
    String type =
        switch (node) {
          case Node.RegularFile file -> "a file of " + ByteSize.text(file.content().size());
          case Node.Symlink link -> "a symbolic link to " + link.target();
          case Node.Directory _, Node.Device _, Node.Fifo _ -> "a " + FileState.type(node);
        };
    return String.format(
        Locale.ROOT,
        "%s, mode %04o, owner %d:%d",
        type,
        node.metadata().permissions(),
        node.metadata().uid(),
        node.metadata().gid());
  }
}
