package linuxkit.system.modules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import linuxkit.filesystem.FileTree;

/**
 * The lists beside the modules that their loaders read, as depmod(8) makes them: {@code
 * modules.dep}, {@code modules.alias} and {@code modules.softdep} as text, which busybox's modprobe
 * and our own loader read, and the {@code .bin} tries without which kmod's modprobe finds nothing.
 * {@code modules.order} and {@code modules.devname} keep the lines of modules that exist; {@code
 * modules.builtin} and its {@code .modinfo} stay unchanged; {@code modules.symbols}, which only
 * depmod's own callers read, is removed.
 */
public final class ModuleIndex {
  private static final int MAX_NEEDS = 1000;
  private static final List<String> LISTS =
      List.of(
          "modules.dep",
          "modules.dep.bin",
          "modules.alias",
          "modules.alias.bin",
          "modules.softdep",
          "modules.builtin.bin",
          "modules.builtin.alias.bin");

  private ModuleIndex() {}

  /**
   * Writes the lists for all modules of a tree.
   *
   * @throws ModuleFailure if a module cannot be read, or if one that is needed is missing
   */
  public static void write(FileTree files, String versionDirectory) {
    ModuleSelection.apply(files, versionDirectory, List.of("all"));
  }

  static void write(ModuleTree tree, Collection<KernelModule> modules) {
    NavigableMap<String, KernelModule> byName = new TreeMap<>();
    modules.forEach(module -> byName.put(module.name(), module));
    filter(tree, "modules.order", byName);
    filter(tree, "modules.devname", byName);
    List<KernelModule> sorted = sorted(modules, tree.lines("modules.order"));

    StringBuilder dep = new StringBuilder();
    StringBuilder alias = new StringBuilder();
    StringBuilder softdep = new StringBuilder();
    IndexTrie depTrie = new IndexTrie();
    IndexTrie aliasTrie = new IndexTrie();
    for (int i = 0; i < sorted.size(); i++) {
      KernelModule module = sorted.get(i);
      String line = module.path() + ":" + needs(module, byName);
      dep.append(line).append('\n');
      depTrie.add(module.name(), i, line);
      for (String pattern : module.aliases()) {
        alias.append("alias " + pattern + " " + module.name() + "\n");
        aliasTrie.add(normalPattern(pattern), i, module.name());
      }
      for (String soft : module.softdeps()) {
        softdep.append("softdep " + module.name() + " " + soft + "\n");
      }
    }
    put(tree, "modules.dep", dep);
    put(tree, "modules.alias", alias);
    put(tree, "modules.softdep", softdep);
    tree.put("modules.dep.bin", depTrie.encode());
    tree.put("modules.alias.bin", aliasTrie.encode());
    writeBuiltin(tree);
    tree.remove("modules.symbols");
    tree.remove("modules.symbols.bin");
  }

  /** Returns whether a tree has all lists that loaders read, and they name its modules exactly. */
  static boolean covers(ModuleTree tree) {
    if (!LISTS.stream().allMatch(tree::has)) {
      return false;
    }
    Map<String, String> names = tree.names();
    int modules = 0;
    for (String line : tree.lines("modules.dep")) {
      int colon = line.indexOf(':');
      if (colon < 0 || names.remove(line.substring(0, colon)) == null) {
        return false;
      }
      modules++;
    }
    return modules == tree.moduleFiles();
  }

  /** Reads a tree's own lists; empty unless all of them exist and cover its modules exactly. */
  static Optional<NavigableMap<String, KernelModule>> read(ModuleTree tree) {
    Optional<String> dep = tree.text("modules.dep");
    Optional<String> alias = tree.text("modules.alias");
    Optional<String> softdep = tree.text("modules.softdep");
    if (dep.isEmpty() || alias.isEmpty() || softdep.isEmpty()) {
      return Optional.empty();
    }
    Map<String, List<String>> aliases = new HashMap<>();
    alias.get().lines().forEach(line -> byModule(aliases, line, "alias ", line.lastIndexOf(' ')));
    Map<String, List<String>> softdeps = new HashMap<>();
    softdep.get().lines().forEach(line -> byModule(softdeps, line, "softdep ", -1));
    Map<String, String> names = tree.names();
    NavigableMap<String, KernelModule> modules = new TreeMap<>();
    for (String line : dep.get().lines().toList()) {
      int colon = line.indexOf(':');
      String path = colon < 0 ? "" : line.substring(0, colon);
      String name = names.get(path);
      List<String> needs = new ArrayList<>();
      for (int at = colon + 1; at < line.length(); ) {
        int space = line.indexOf(' ', at + 1);
        int end = space < 0 ? line.length() : space;
        String need = names.get(line.substring(at + 1, end));
        if (need == null) {
          return Optional.empty();
        }
        needs.add(need);
        at = end;
      }
      if (name == null) {
        return Optional.empty();
      }
      modules.put(
          name,
          new KernelModule(
              name,
              path,
              // In the order in which they are loaded, which is the order that needs() keeps.
              needs.reversed(),
              aliases.getOrDefault(name, List.of()),
              softdeps.getOrDefault(name, List.of())));
    }
    return modules.size() == tree.paths().size() ? Optional.of(modules) : Optional.empty();
  }

  private static void byModule(
      Map<String, List<String>> map, String line, String keyword, int lastSpace) {
    int from = keyword.length();
    if (line.startsWith(keyword)) {
      int space = line.indexOf(' ', from);
      if (lastSpace > from) {
        map.computeIfAbsent(line.substring(lastSpace + 1), _ -> new ArrayList<>())
            .add(line.substring(from, lastSpace));
      } else if (space > from) {
        map.computeIfAbsent(line.substring(from, space), _ -> new ArrayList<>())
            .add(line.substring(space + 1));
      }
    }
  }

  // The order of modules.order decides between modules of one alias.
  private static List<KernelModule> sorted(Collection<KernelModule> modules, List<String> order) {
    Map<String, Integer> rank = new HashMap<>();
    for (String line : order) {
      rank.putIfAbsent(line, rank.size());
    }
    return modules.stream()
        .sorted(
            Comparator.comparing(
                    (KernelModule module) ->
                        rank.getOrDefault(uncompressed(module.path()), Integer.MAX_VALUE))
                .thenComparing(KernelModule::path))
        .toList();
  }

  private static String uncompressed(String path) {
    return path.substring(0, path.lastIndexOf(".ko") + 3);
  }

  /** Returns everything that a module needs, each before what it needs itself. */
  private static String needs(KernelModule module, Map<String, KernelModule> byName) {
    List<KernelModule> after = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    needs(module, byName, seen, after);
    after.removeLast();
    return after.reversed().stream().map(need -> " " + need.path()).collect(Collectors.joining());
  }

  private static void needs(
      KernelModule module,
      Map<String, KernelModule> byName,
      Set<String> seen,
      List<KernelModule> after) {
    if (seen.add(module.name())) {
      if (seen.size() > MAX_NEEDS) {
        throw new ModuleFailure(
            "a kernel module needs more than " + MAX_NEEDS + " others", module.path(), "");
      }
      for (String need : module.depends()) {
        KernelModule needed = byName.get(need);
        // A missing module is built in.
        if (needed != null) {
          needs(needed, byName, seen, after);
        }
      }
      after.add(module);
    }
  }

  /** Keeps the lines whose first word names a module, by name or by path, and comments. */
  private static void filter(ModuleTree tree, String file, Map<String, KernelModule> modules) {
    Optional<String> old = tree.text(file);
    if (old.isPresent()) {
      StringBuilder kept = new StringBuilder();
      for (String line : old.get().lines().toList()) {
        int space = line.indexOf(' ');
        String name = space < 0 ? line : line.substring(0, space);
        String key = KernelModule.isModule(name) ? KernelModule.nameOf(name) : name;
        if (line.startsWith("#") || modules.containsKey(key)) {
          kept.append(line).append('\n');
        }
      }
      put(tree, file, kept);
    }
  }

  private static void writeBuiltin(ModuleTree tree) {
    IndexTrie names = new IndexTrie();
    tree.builtin().forEach(name -> names.add(name, 0, ""));
    tree.put("modules.builtin.bin", names.encode());
    IndexTrie aliases = new IndexTrie();
    for (String field : tree.text("modules.builtin.modinfo").orElse("").split("\0", -1)) {
      int dot = field.indexOf(".alias=");
      if (dot > 0) {
        aliases.add(
            normalPattern(field.substring(dot + ".alias=".length())),
            0,
            KernelModule.normal(field.substring(0, dot)));
      }
    }
    tree.put("modules.builtin.alias.bin", aliases.encode());
  }

  /** Replaces hyphens with underscores, except in ranges in brackets. */
  private static String normalPattern(String pattern) {
    StringBuilder normal = new StringBuilder(pattern);
    boolean range = false;
    for (int i = 0; i < normal.length(); i++) {
      char c = normal.charAt(i);
      range = c == '[' || (range && c != ']');
      if (c == '-' && !range) {
        normal.setCharAt(i, '_');
      }
    }
    return normal.toString();
  }

  private static void put(ModuleTree tree, String file, StringBuilder text) {
    tree.put(file, text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
