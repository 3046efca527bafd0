package linuxkit.boot.initrd;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Divides the files of a system among the archives of its initrd, so that little has to be
 * compressed again when one component changes: first the directories of the base system, in which
 * all else lies, with what is generated and so differs with every change; then what the kernel's
 * and each init image brought; then each container. What is below {@code boot} is left out, as is
 * said in section 4.2 of the command line's specification.
 */
final class Division {
  private final Segment base = new Segment("the base system");
  private final Map<String, Segment> components = new TreeMap<>();
  private final Map<String, Segment> containers = new TreeMap<>();
  private final IdentityHashMap<Node, Segment> placed = new IdentityHashMap<>();

  private Division() {}

  /** In the order in which they are to be unpacked. */
  static List<Segment> of(FileTree files) {
    Division division = new Division();
    files.walk(division::add);
    List<Segment> segments = new ArrayList<>(List.of(division.base));
    segments.addAll(division.components.values());
    segments.addAll(division.containers.values());
    return segments;
  }

  private void add(FileTree.Entry entry) {
    if (!entry.path().startsWith("boot/")) {
      segment(entry).add(entry);
    }
  }

  private Segment segment(FileTree.Entry entry) {
    boolean directory = entry.node() instanceof Node.Directory;
    String container = container(entry.path());
    if (directory && container.equals(entry.path())) {
      containers.put(container, new Segment(container));
    }
    Segment own = containers.get(container);
    if (own != null) {
      return own;
    }
    // The names of one file stay together, or it would become several.
    return directory ? base : placed.computeIfAbsent(entry.node(), _ -> component(entry.origin()));
  }

  private Segment component(Origin origin) {
    return origin.location().isEmpty() || origin.layer().isEmpty()
        ? base
        : components.computeIfAbsent(origin.location(), Segment::new);
  }

  /** The first three names of {@code containers/services/NAME/…}; empty for other paths. */
  private static String container(String path) {
    if (!path.startsWith("containers/")) {
      return "";
    }
    int second = path.indexOf('/', "containers/".length());
    int third = second < 0 ? -1 : path.indexOf('/', second + 1);
    return second < 0 ? "" : third < 0 ? path : path.substring(0, third);
  }
}
