package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.tree.PlacementListener;

/**
 * A record of the files that are placed while a system is assembled or read, which can explain
 * them.
 */
public final class WhyTree implements PlacementListener {
  private final Map<String, List<Why.Source>> sources = new HashMap<>();

  /** Creates an empty record. */
  public WhyTree() {}

  @Override
  public void placed(String path, Node node, Origin origin) {
    String source = origin.source();
    // Generators have no slash in their names; images have.
    boolean image = source.contains("/");
    sources
        .computeIfAbsent(path, _ -> new ArrayList<>())
        .addFirst(
            new Why.Source(
                Optional.of(node),
                origin.location(),
                Optional.empty(),
                image ? source : "",
                "",
                origin.layer(),
                image || source.isEmpty() || source.equals("linuxkit.files")
                    ? ""
                    : "made by linuxkit (" + source + ")"));
  }

  /**
   * Explains a file.
   *
   * @param files the resulting tree
   * @param path with or without a slash at its start
   * @param where the system, for failures
   * @throws InspectionFailure if nothing was ever placed there; it names similar paths
   */
  public Why ask(FileTree files, String path, String where) {
    String clean = PathLookup.clean(path);
    String found = PathLookup.find(files, clean).orElse(clean);
    List<Why.Source> all = sources.getOrDefault(found, List.of());
    if (all.isEmpty()) {
      throw MissingPath.failure(files, clean, where);
    }
    return new Why(found, files.find(found).map(FileTree.Entry::node), all);
  }
}
