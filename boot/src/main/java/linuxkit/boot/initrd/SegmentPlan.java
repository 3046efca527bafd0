package linuxkit.boot.initrd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.IdentityNumbers;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Divides the files of a system among the archives of its initrd, so that a change of one component
 * leaves the other archives as they are: first the directories of the base system and the generated
 * files, which differ with every change; then the files that the base system shares with
 * containers, and those of {@code /init}, so that it can report if the others did not fit into the
 * machine's memory; then the files of the kernel's and of each other init image; then each
 * container; and last the files that several containers share. Links hold within one archive only
 * and need their directories, which are with those of the base system for the first shared files.
 * Files below {@code boot} are left out (section 4.2 of the command line's specification).
 */
final class SegmentPlan {
  private static final String SYSTEM = "";
  private static final String CONTAINERS = "/";
  private static final String SYSTEM_AND_CONTAINERS = "//";

  private final Segment base = new Segment("the base system");
  private final Segment systemShared = new Segment("files that the system and containers share");
  private final Segment containersShared = new Segment("files that several containers share");
  private final Map<String, Segment> components = new TreeMap<>();
  private final Map<String, Segment> containers = new TreeMap<>();
  // How many names each file has that can have several.
  private final IdentityNumbers<Node> names = new IdentityNumbers<>();
  // Of files with several names.
  private final IdentityHashMap<Node, Segment> placed = new IdentityHashMap<>();
  private Optional<Segment> init = Optional.empty();
  // Of files with several names: the container whose tree has all of them so far, or one of the
  // words above.
  private final IdentityHashMap<Node, String> owners = new IdentityHashMap<>();
  // In containers, those with files that the base system has as well.
  private final Set<String> sharedDirectories = new HashSet<>();

  private String lastContainer = "";

  private SegmentPlan() {}

  /** Returns the segments in the order in which they must be unpacked. */
  static List<Segment> of(FileTree files) {
    SegmentPlan plan = new SegmentPlan();
    files.walk(plan::count);
    files.walk(plan::learn);
    files.walk(plan::learnDirectories);
    files.walk(plan::add);
    List<Segment> segments = new ArrayList<>(List.of(plan.base));
    if (plan.systemShared.size() > 0) {
      segments.add(plan.systemShared);
    }
    plan.init.ifPresent(segments::add);
    plan.components.values().stream()
        .filter(component -> !segments.contains(component))
        .forEach(segments::add);
    segments.addAll(plan.containers.values());
    if (plan.containersShared.size() > 0) {
      segments.add(plan.containersShared);
    }
    return segments;
  }

  private void count(FileTree.Entry entry) {
    if (!(entry.node() instanceof Node.Directory)) {
      names.add(entry.node(), 1);
    }
  }

  private boolean hasSeveralNames(Node node) {
    return names.get(node) > 1;
  }

  private void learn(FileTree.Entry entry) {
    if (entry.node() instanceof Node.RegularFile && hasSeveralNames(entry.node())) {
      String path = entry.path();
      if (!path.startsWith("boot/")) {
        owners.merge(entry.node(), container(path), SegmentPlan::both);
      }
    }
  }

  private static String both(String one, String other) {
    if (one.equals(other)) {
      return one;
    }
    return includesSystem(one) || includesSystem(other) ? SYSTEM_AND_CONTAINERS : CONTAINERS;
  }

  private static boolean includesSystem(String owner) {
    return owner.equals(SYSTEM) || owner.equals(SYSTEM_AND_CONTAINERS);
  }

  private void learnDirectories(FileTree.Entry entry) {
    if (SYSTEM_AND_CONTAINERS.equals(owners.get(entry.node()))) {
      String path = entry.path();
      for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        sharedDirectories.add(path.substring(0, end));
      }
    }
  }

  private void add(FileTree.Entry entry) {
    String path = entry.path();
    if (!path.startsWith("boot/")) {
      Segment segment = segment(entry, path);
      segment.add(entry, path.length(), hasSeveralNames(entry.node()));
      if (path.equals("init") && components.containsValue(segment)) {
        init = Optional.of(segment);
      }
    }
  }

  private Segment segment(FileTree.Entry entry, String path) {
    String owner = owners.getOrDefault(entry.node(), SYSTEM);
    if (owner.equals(SYSTEM_AND_CONTAINERS)) {
      return systemShared;
    }
    if (owner.equals(CONTAINERS)) {
      return containersShared;
    }
    boolean directory = entry.node() instanceof Node.Directory;
    String container = container(path);
    if (directory && container.equals(path)) {
      containers.put(container, new Segment(container));
    }
    Segment own = containers.get(container);
    if (own != null && !(directory && sharedDirectories.contains(path))) {
      return own;
    }
    // All names of one file stay together; otherwise it would be stored several times.
    return directory
        ? base
        : hasSeveralNames(entry.node())
            ? placed.computeIfAbsent(entry.node(), _ -> component(entry.origin()))
            : component(entry.origin());
  }

  private Segment component(Origin origin) {
    return origin.location().isEmpty() || origin.layer().isEmpty()
        ? base
        : components.computeIfAbsent(origin.location(), Segment::new);
  }

  /** Returns the first three names of {@code containers/services/NAME/…}; empty for other paths. */
  private String container(String path) {
    if (!path.startsWith("containers/")) {
      return "";
    }
    int second = path.indexOf('/', "containers/".length());
    int third = second < 0 ? -1 : path.indexOf('/', second + 1);
    if (second < 0) {
      return "";
    }
    String last = lastContainer;
    if (third == last.length() && path.startsWith(last)) {
      return last;
    }
    // The files of one container share its text.
    lastContainer = third < 0 ? path : path.substring(0, third);
    return lastContainer;
  }
}
