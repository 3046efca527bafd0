package linuxkit.boot.initrd;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Divides the files of a system among the archives of its initrd, so that a change of one component
 * leaves the other archives as they are: first the directories of the base system and the generated
 * files, which differ with every change; then the files of the kernel's and of each init image,
 * those of {@code /init} first, so that it can report if the others did not fit into the machine's
 * memory; then each container; and last the files that have names in several of these, since links
 * hold within one archive only and need the directories of all. Files below {@code boot} are left
 * out (section 4.2 of the command line's specification).
 */
final class SegmentPlan {
  private static final String SEVERAL = "/";

  private final Segment base = new Segment("the base system");
  private final Segment shared = new Segment("files that several components share");
  private final Map<String, Segment> components = new TreeMap<>();
  private final Map<String, Segment> containers = new TreeMap<>();
  private final IdentityHashMap<Node, Segment> placed = new IdentityHashMap<>();
  private Optional<Segment> init = Optional.empty();
  // By file: the container whose tree has all names of it so far, or "" for the base system.
  private final IdentityHashMap<Node, String> owners = new IdentityHashMap<>();

  private SegmentPlan() {}

  /** Returns the segments in the order in which they must be unpacked. */
  static List<Segment> of(FileTree files) {
    SegmentPlan plan = new SegmentPlan();
    files.walk(plan::learn);
    files.walk(plan::add);
    List<Segment> segments = new ArrayList<>(List.of(plan.base));
    plan.init.ifPresent(segments::add);
    plan.components.values().stream()
        .filter(component -> !segments.contains(component))
        .forEach(segments::add);
    segments.addAll(plan.containers.values());
    if (plan.shared.size() > 0) {
      segments.add(plan.shared);
    }
    return segments;
  }

  private void learn(FileTree.Entry entry) {
    if (entry.node() instanceof Node.RegularFile && !entry.path().startsWith("boot/")) {
      owners.merge(entry.node(), container(entry.path()), (a, b) -> a.equals(b) ? a : SEVERAL);
    }
  }

  private void add(FileTree.Entry entry) {
    if (!entry.path().startsWith("boot/")) {
      Segment segment = segment(entry);
      segment.add(entry);
      if (entry.path().equals("init") && components.containsValue(segment)) {
        init = Optional.of(segment);
      }
    }
  }

  private Segment segment(FileTree.Entry entry) {
    if (SEVERAL.equals(owners.get(entry.node()))) {
      return shared;
    }
    boolean directory = entry.node() instanceof Node.Directory;
    String container = container(entry.path());
    if (directory && container.equals(entry.path())) {
      containers.put(container, new Segment(container));
    }
    Segment own = containers.get(container);
    if (own != null) {
      return own;
    }
    // All names of one file stay together; otherwise it would be stored several times.
    return directory ? base : placed.computeIfAbsent(entry.node(), _ -> component(entry.origin()));
  }

  private Segment component(Origin origin) {
    return origin.location().isEmpty() || origin.layer().isEmpty()
        ? base
        : components.computeIfAbsent(origin.location(), Segment::new);
  }

  /** Returns the first three names of {@code containers/services/NAME/…}; empty for other paths. */
  private static String container(String path) {
    if (!path.startsWith("containers/")) {
      return "";
    }
    int second = path.indexOf('/', "containers/".length());
    int third = second < 0 ? -1 : path.indexOf('/', second + 1);
    return second < 0 ? "" : third < 0 ? path : path.substring(0, third);
  }
}
