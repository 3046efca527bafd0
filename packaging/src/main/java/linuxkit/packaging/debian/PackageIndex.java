package linuxkit.packaging.debian;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The packages for one architecture in all suites that were added. */
final class PackageIndex {
  private static final Set<String> FIELDS =
      Set.of(
          "package",
          "version",
          "priority",
          "architecture",
          "pre-depends",
          "depends",
          "recommends",
          "provides",
          "conflicts",
          "breaks",
          "replaces",
          "filename",
          "size",
          "sha256");

  private static final List<String> PRIORITIES =
      List.of("required", "important", "standard", "optional", "extra");

  /**
   * A package, whose fields are parsed on demand, since only a few of many are used.
   *
   * @param text the fields that matter
   */
  record Entry(String name, String text, DebianPackage.Archive archive) {
    DebianPackage read() {
      ControlParagraph fields = ControlParagraph.parse(text, where());
      String sha256 = required(fields, "SHA256");
      String size = required(fields, "Size");
      if (!sha256.matches("[0-9a-f]{64}") || !size.matches("[0-9]{1,15}")) {
        throw new DebianFailure.BadFormat("missing or invalid Size or SHA256", where());
      }
      return new DebianPackage(
          name,
          required(fields, "Version"),
          required(fields, "Architecture"),
          archive,
          resolve(archive.uri(), required(fields, "Filename")),
          Long.parseLong(size),
          sha256);
    }

    DebianPackage.Relations relations() {
      ControlParagraph fields = ControlParagraph.parse(text, where());
      return new DebianPackage.Relations(
          relations(fields, "Pre-Depends", "Depends"),
          relations(fields, "Recommends"),
          relations(fields, "Provides"),
          relations(fields, "Conflicts", "Breaks"),
          relations(fields, "Replaces"));
    }

    /** Returns how important the package is (Debian Policy 2.5), 0 for the most important. */
    private int rank() {
      String priority = ControlParagraph.parse(text, where()).get("Priority").orElse("");
      int rank = PRIORITIES.indexOf(priority.strip().toLowerCase(Locale.ROOT));
      return rank < 0 ? PRIORITIES.size() : rank;
    }

    private List<List<Relation>> relations(ControlParagraph fields, String... names) {
      return Stream.of(names)
          .flatMap(name -> Relation.parse(fields.get(name).orElse(""), where()).stream())
          .toList();
    }

    private String required(ControlParagraph fields, String name) {
      return fields
          .get(name)
          .orElseThrow(
              () -> new DebianFailure.BadFormat("the field " + name + " is missing", where()));
    }

    private String where() {
      return "the package " + name + " of " + archive;
    }
  }

  private final Map<String, List<Entry>> entries = new HashMap<>();
  private final Map<String, List<Entry>> providers = new HashMap<>();

  /**
   * Adds the packages of an index.
   *
   * @param in uncompressed; the caller closes it
   * @param archive which lists them; the packages' file names are relative to its URL
   */
  void add(InputStream in, DebianPackage.Archive archive) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    StringBuilder text = new StringBuilder();
    String name = "";
    String provides = "";
    boolean wanted = false;
    String line;
    do {
      line = lines.readLine();
      if (line == null || line.isEmpty()) {
        if (!name.isEmpty()) {
          add(new Entry(name, text.toString(), archive), provides);
        }
        text.setLength(0);
        name = "";
        provides = "";
      } else if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        if (wanted) {
          text.append(line).append('\n');
        }
      } else {
        int colon = Math.max(line.indexOf(':'), 0);
        String field = line.substring(0, colon).toLowerCase(Locale.ROOT);
        wanted = FIELDS.contains(field);
        if (wanted) {
          text.append(line).append('\n');
        }
        if (field.equals("package")) {
          name = line.substring(colon + 1).strip();
        } else if (field.equals("provides")) {
          provides = line.substring(colon + 1);
        }
      }
    } while (line != null);
  }

  private void add(Entry entry, String provides) {
    entries.computeIfAbsent(entry.name(), _ -> new ArrayList<>(1)).add(entry);
    if (!provides.isEmpty()) {
      for (List<Relation> group : Relation.parse(provides, "the package " + entry.name())) {
        providers.computeIfAbsent(group.getFirst().name(), _ -> new ArrayList<>(1)).add(entry);
      }
    }
  }

  /** Returns the versions that a relation admits, without duplicates, the newest first. */
  List<Entry> candidates(Relation relation) {
    Comparator<Entry> newestFirst =
        Comparator.comparing((Entry e) -> DebianVersion.parse(e.read().version())).reversed();
    return entries.getOrDefault(relation.name(), List.of()).stream()
        .filter(entry -> relation.admits(entry.read().version()))
        .sorted(newestFirst)
        .toList();
  }

  /** Returns the packages that provide a relation's name, by priority as apt does, then by name. */
  List<Entry> providers(Relation relation) {
    Set<String> names = new TreeSet<>();
    for (Entry entry : providers.getOrDefault(relation.name(), List.of())) {
      names.add(entry.name());
    }
    return names.stream()
        .flatMap(name -> candidates(new Relation(name, "", "")).stream().limit(1))
        .filter(entry -> provides(entry.relations(), relation))
        .sorted(Comparator.comparingInt(Entry::rank))
        .toList();
  }

  /**
   * Returns whether a provided name satisfies a relation; an unversioned one satisfies no version
   * (Debian Policy 7.5).
   */
  static boolean provides(DebianPackage.Relations relations, Relation wanted) {
    return relations.provides().stream()
        .map(List::getFirst)
        .filter(provided -> provided.name().equals(wanted.name()))
        .anyMatch(
            provided ->
                wanted.operator().isEmpty()
                    || (!provided.version().isEmpty() && wanted.admits(provided.version())));
  }

  /** Resolves a file name, which may contain characters that must be escaped in a URI. */
  static URI resolve(URI archive, String name) {
    try {
      return archive.resolve(new URI(null, null, "/" + name, null).getRawPath().substring(1));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new DebianFailure.BadFormat("not a file name: " + name, archive.toString());
    }
  }
}
