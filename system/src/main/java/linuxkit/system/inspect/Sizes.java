package linuxkit.system.inspect;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * The sizes of a system's parts. A file with several names counts once, for the first of them;
 * names, directories and links do not count.
 *
 * @param parts by component, including those without files
 */
public record Sizes(SortedMap<Component, Part> parts) {
  // The depth to which directories of a part are counted separately.
  private static final int DEPTH = 2;

  /**
   * @param directories by path within the part: the first two names; files that lie in fewer
   *     directories count for those
   */
  public record Part(long bytes, long files, SortedMap<String, Long> directories) {}

  /** A name with a size, for lists of the largest. */
  public record Sized(String name, long bytes) {}

  private static final class Sum {
    private long bytes;
    private long files;
    private final SortedMap<String, Long> directories = new TreeMap<>();
  }

  public static Sizes of(FileTree files, boolean detailed) {
    Map<Component, Sum> sums = new HashMap<>();
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    files.walk(
        entry -> {
          Component component = Component.of(entry, detailed);
          Sum sum = sums.computeIfAbsent(component, _ -> new Sum());
          if (entry.node() instanceof Node.RegularFile file && seen.add(file)) {
            long size = file.content().size();
            sum.bytes += size;
            sum.files++;
            sum.directories.merge(directory(component, entry.path()), size, Long::sum);
          }
        });
    SortedMap<Component, Part> parts = new TreeMap<>();
    sums.forEach(
        (component, sum) ->
            parts.put(
                component,
                new Part(
                    sum.bytes, sum.files, Collections.unmodifiableSortedMap(sum.directories))));
    return new Sizes(Collections.unmodifiableSortedMap(parts));
  }

  /**
   * Returns the directory of a file, below the root file system of its container or volume if there
   * is one.
   */
  private static String directory(Component component, String path) {
    String inner = path;
    switch (component.kind()) {
      case ONBOOT, ONSHUTDOWN, SERVICES, VOLUMES -> {
        String[] names = path.split("/", 5);
        inner = names.length < 5 ? "" : names[4];
      }
      case KERNEL, INIT, FILES, ROOT -> {}
    }
    int end = -1;
    for (int depth = 0; depth < DEPTH; depth++) {
      int slash = inner.indexOf('/', end + 1);
      if (slash < 0) {
        break;
      }
      end = slash;
    }
    return end < 0 ? "" : inner.substring(0, end);
  }

  public long total() {
    return parts.values().stream().mapToLong(Part::bytes).sum();
  }

  /** Returns the parts, the largest first, without those that have no bytes. */
  public List<Sized> largest() {
    return sorted(
        parts.entrySet().stream()
            .map(part -> new Sized(part.getKey().label(), part.getValue().bytes()))
            .toList());
  }

  /** Returns the directories of a part, the largest first. */
  public static List<Sized> largest(Part part) {
    return sorted(
        part.directories().entrySet().stream()
            .map(each -> new Sized("/" + each.getKey(), each.getValue()))
            .toList());
  }

  private static List<Sized> sorted(List<Sized> all) {
    return all.stream()
        .filter(each -> each.bytes() > 0)
        .sorted(Comparator.comparingLong(Sized::bytes).reversed().thenComparing(Sized::name))
        .toList();
  }
}
