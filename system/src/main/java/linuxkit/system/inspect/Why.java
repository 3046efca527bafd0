package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import linuxkit.base.ByteSize;
import linuxkit.filesystem.Node;
import linuxkit.yaml.Position;

/**
 * The reasons why there is a file at a path.
 *
 * @param path in the system, without a slash at its start, with links above it resolved
 * @param node the file; empty if it was removed again
 * @param sources the sources of the files at the path, the latest first: the first gave the present
 *     file, which hides the others; never empty
 */
public record Why(String path, Optional<Node> node, List<Source> sources) {
  public Why {
    sources = List.copyOf(sources);
  }

  /**
   * The source of a file at a path.
   *
   * @param node empty if it removed the file
   * @param part of the system, such as {@code services[0]}; empty outside of a system
   * @param position in the manifest, if there is one
   * @param image its reference; empty if the file came from no image
   * @param digest of the image, if known
   * @param layer the digest of the layer; empty if the file came from no layer, or if it is unknown
   * @param remark an explanation; may be empty
   */
  public record Source(
      Optional<Node> node,
      String part,
      Optional<Position> position,
      String image,
      String digest,
      String layer,
      String remark) {}

  /** Returns the answer as lines of text; details of a line above are indented by two spaces. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "/"
            + path
            + node.map(is -> " is " + describe(is))
                .orElse(" does not exist: it was removed again"));
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      if (i > 0) {
        lines.add(
            source.node().map(hidden -> "over " + describe(hidden)).orElse("over its removal"));
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
