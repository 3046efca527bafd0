package linuxkit.system.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.system.tree.TreeBuilder;

/**
 * The places in a read-only root at which something is mounted. Where the image lacks one, it is
 * made while the system is built, because the guest cannot make it any more.
 */
final class MountPoints {
  private final TreeBuilder builder;
  private final String root;
  private final Origin origin;
  private final List<String> covered = new ArrayList<>();

  /**
   * @param root the folder of the container's files
   */
  MountPoints(TreeBuilder builder, String root, Origin origin) {
    this.builder = builder;
    this.root = root;
    this.origin = origin;
  }

  /**
   * Makes the places that are missing.
   *
   * @param spec the configuration of the container, whose mounts are in order
   */
  void make(JsonObject spec) {
    if (spec.get("mounts").orElse(null) instanceof JsonArray mounts) {
      for (Json mount : mounts.elements()) {
        if (mount instanceof JsonObject fields) {
          String source = text(fields, "type").equals("bind") ? text(fields, "source") : "";
          make(text(fields, "destination"), source);
        }
      }
    }
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).orElse(null) instanceof JsonString text ? text.value() : "";
  }

  private void make(String destination, String source) {
    List<String> names = new ArrayList<>();
    for (String name : destination.split("/", -1)) {
      if (name.equals("..") || !(name.isEmpty() || name.equals(".") || FileTree.isName(name))) {
        return;
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    String within = "/" + String.join("/", names);
    // What is mounted over a folder has the places below it.
    boolean below = covered.stream().anyMatch(place -> within.startsWith(place + "/"));
    covered.add(within);
    if (below || names.isEmpty()) {
      return;
    }
    String path = root;
    for (String name : names.subList(0, names.size() - 1)) {
      path += "/" + name;
      if (!isDirectory(path)) {
        return;
      }
    }
    String place = path + "/" + names.getLast();
    if (builder.tree().find(place).isEmpty()) {
      if (isFile(source)) {
        builder.file(place, 0644, Content.of(new byte[0]), origin);
      } else {
        builder.directory(place, origin);
      }
    }
  }

  /** Makes a folder if it is missing; returns false if something else is there, such as a link. */
  private boolean isDirectory(String path) {
    Optional<FileTree.Entry> entry = builder.tree().find(path);
    if (entry.isEmpty()) {
      builder.directory(path, origin);
    }
    return entry.isEmpty() || entry.get().node() instanceof Node.Directory;
  }

  // A file can only be mounted over a file.
  private boolean isFile(String source) {
    String path = source.startsWith("/") ? source.substring(1) : source;
    return path.startsWith("dev/")
        || builder
            .tree()
            .find(path)
            .filter(entry -> entry.node() instanceof Node.RegularFile)
            .isPresent()
        || path.equals("etc/resolv.conf");
  }
}
