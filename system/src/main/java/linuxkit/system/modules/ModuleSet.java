package linuxkit.system.modules;

import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import linuxkit.base.Parallel;

/**
 * The descriptions of the modules of a tree. A tree's own indexes are used if they cover its
 * modules exactly: they are as trustworthy as the modules beside them, and need no decompression.
 * Otherwise each module is read when it is needed.
 */
final class ModuleSet {
  private final ModuleTree tree;
  private final NavigableMap<String, KernelModule> known = new TreeMap<>();

  ModuleSet(ModuleTree tree) {
    this.tree = tree;
    ModuleIndex.read(tree).ifPresent(known::putAll);
  }

  /** Returns these modules and all that they need, by hard or soft dependencies. */
  NavigableMap<String, KernelModule> closure(Collection<String> names) {
    NavigableMap<String, KernelModule> closure = new TreeMap<>();
    NavigableSet<String> round = new TreeSet<>(names);
    while (!round.isEmpty()) {
      load(round);
      NavigableSet<String> needs = new TreeSet<>();
      for (String name : round) {
        KernelModule module = Objects.requireNonNull(known.get(name));
        closure.put(name, module);
        module.depends().stream().filter(need -> isThere(need, module)).forEach(needs::add);
        module.loadedBefore().forEach(need -> needs.addAll(providers(need)));
      }
      needs.removeAll(closure.keySet());
      round = needs;
    }
    return closure;
  }

  private boolean isThere(String need, KernelModule module) {
    if (tree.paths().containsKey(need)) {
      return true;
    }
    if (tree.builtin().contains(need)) {
      return false;
    }
    throw new ModuleFailure(
        "the kernel module " + module.name() + " needs " + need + ", which is missing",
        tree.root().path() + "/" + module.path(),
        "use a kernel image with all modules: this one is incomplete");
  }

  /** Returns the modules that a soft dependency names, by name or by alias, if there are any. */
  private NavigableSet<String> providers(String need) {
    String name = KernelModule.normal(need);
    if (tree.paths().containsKey(name)) {
      return new TreeSet<>(List.of(name));
    }
    load(tree.paths().keySet());
    NavigableSet<String> found = new TreeSet<>();
    for (KernelModule module : known.values()) {
      for (String alias : module.aliases()) {
        // Few aliases are of the same length, so few are copied.
        if (alias.length() == name.length() && KernelModule.normal(alias).equals(name)) {
          found.add(module.name());
        }
      }
    }
    return found;
  }

  private void load(Collection<String> names) {
    List<String> unread = names.stream().filter(name -> !known.containsKey(name)).toList();
    Parallel.map(unread, tree::read).forEach(module -> known.put(module.name(), module));
  }
}
