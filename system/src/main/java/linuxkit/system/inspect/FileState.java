package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.ByteSize;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * The properties of a file that are compared.
 *
 * @param mode as four octal digits; empty if unknown
 * @param owner user and group; empty if unknown
 * @param size of a regular file in bytes, else 0
 * @param content the SHA-256 of a regular file, the target of a link, the number of a device
 * @param xattrs empty if unknown
 */
public record FileState(
    String type,
    String mode,
    String owner,
    long size,
    String content,
    SortedMap<String, String> xattrs) {
  static FileState of(Node node, boolean detailed) {
    Metadata metadata = node.metadata();
    return new FileState(
        type(node),
        "%04o".formatted(metadata.permissions()),
        metadata.uid() + ":" + metadata.gid(),
        node instanceof Node.RegularFile file ? file.content().size() : 0,
        content(node),
        detailed ? metadata.xattrs() : new TreeMap<>());
  }

  /** Returns this state without all metadata. */
  FileState contentOnly() {
    return new FileState(type, "", "", size, content, new TreeMap<>());
  }

  static String type(Node node) {
    return switch (node) {
      case Node.Directory _ -> "directory";
      case Node.RegularFile _ -> "file";
      case Node.Symlink _ -> "link";
      case Node.Device device ->
          device.kind() == Node.Device.Kind.BLOCK ? "block device" : "character device";
      case Node.Fifo _ -> "named pipe";
    };
  }

  private static String content(Node node) {
    return switch (node) {
      case Node.Directory _, Node.Fifo _ -> "";
      case Node.RegularFile file -> "sha256:" + file.content().sha256();
      case Node.Symlink link -> link.target();
      case Node.Device device -> device.major() + ":" + device.minor();
    };
  }

  /** Describes the changes in words: {@code type}, {@code mode} and so on, with both values. */
  public List<String> differences(FileState after) {
    if (!type.equals(after.type)) {
      return List.of(type + " → " + after.type);
    }
    List<String> words = new ArrayList<>();
    add(words, "mode", mode, after.mode);
    add(words, "owner", owner, after.owner);
    if (size != after.size) {
      words.add("size " + ByteSize.text(size) + " → " + ByteSize.text(after.size));
    }
    if (!content.equals(after.content)) {
      words.add(type.equals("file") ? "content" : content + " → " + after.content);
    }
    if (!xattrs.equals(after.xattrs)) {
      words.add("extended attributes");
    }
    return words;
  }

  private static void add(List<String> words, String what, String before, String after) {
    if (!before.equals(after)) {
      words.add(what + " " + before + " → " + after);
    }
  }
}
