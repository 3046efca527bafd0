package linuxkit.system.modules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * The files of a version directory, {@code lib/modules/VERSION}, by their purpose, and the changes
 * to make.
 */
final class ModuleTree {
  private static final int MAX_LIST = 32 << 20;

  // As in depmod, a file below updates/ replaces one of the same name elsewhere.
  private static final Comparator<String> BEST_FIRST =
      Comparator.comparing((String path) -> !path.startsWith("updates/"))
          .thenComparing(Comparator.naturalOrder());

  private final FileTree files;
  private final String directory;
  private final FileTree.Entry root;
  private final NavigableMap<String, String> paths = new TreeMap<>();
  private final NavigableMap<String, Content> contents = new TreeMap<>();
  private final NavigableSet<String> builtin = new TreeSet<>();
  // Including links.
  private final NavigableSet<String> candidates = new TreeSet<>();
  private final List<String> removed = new ArrayList<>();
  private final NavigableMap<String, byte[]> lists = new TreeMap<>();

  ModuleTree(FileTree files, String directory) {
    this.files = files;
    this.directory = directory;
    this.root =
        files
            .find(directory)
            .filter(entry -> entry.node() instanceof Node.Directory)
            .orElseThrow(
                () ->
                    new ModuleFailure(
                        "there are no kernel modules",
                        directory,
                        "add a directory " + directory + " to kernel.tar in the kernel image"));
    root.walk(
        entry -> {
          if (KernelModule.isModule(entry.name())) {
            String path = below(entry);
            candidates.add(path);
            if (entry.node() instanceof Node.RegularFile file) {
              contents.put(path, file.content());
              paths.merge(
                  KernelModule.nameOf(path), path, (a, b) -> BEST_FIRST.compare(a, b) <= 0 ? a : b);
            }
          }
        });
    for (String line : lines("modules.builtin")) {
      if (KernelModule.isModule(line)) {
        builtin.add(KernelModule.nameOf(line));
      }
    }
  }

  FileTree.Entry root() {
    return root;
  }

  /** Returns the path below the directory of each module, by its name. */
  NavigableMap<String, String> paths() {
    return Collections.unmodifiableNavigableMap(paths);
  }

  /** Returns the names of the modules that are built into the kernel. */
  NavigableSet<String> builtin() {
    return Collections.unmodifiableNavigableSet(builtin);
  }

  /** Returns how many files are modules, with those that another of the same name replaces. */
  int moduleFiles() {
    return candidates.size();
  }

  /** Returns whether there is a file of this name beside the modules. */
  boolean has(String file) {
    return files
        .find(directory + "/" + file)
        .filter(entry -> entry.node() instanceof Node.RegularFile)
        .isPresent();
  }

  /** Returns the name of each module by its path, the inverse of {@link #paths}. */
  Map<String, String> names() {
    Map<String, String> names = HashMap.newHashMap(paths.size());
    paths.forEach((name, path) -> names.put(path, name));
    return names;
  }

  KernelModule read(String name) {
    String path = paths.get(name);
    Content content = path == null ? null : contents.get(path);
    if (path == null || content == null) {
      throw new IllegalArgumentException("no such module: " + name);
    }
    return ModuleReader.read(directory, path, content);
  }

  /** Returns the lines of a list beside the modules; empty if there is no such file. */
  List<String> lines(String file) {
    return text(file).map(text -> text.lines().toList()).orElse(List.of());
  }

  /** Returns a file beside the modules, with one char per byte. */
  Optional<String> text(String file) {
    Optional<FileTree.Entry> entry = files.find(directory + "/" + file);
    if (entry.isEmpty() || !(entry.get().node() instanceof Node.RegularFile list)) {
      return Optional.empty();
    }
    String where = directory + "/" + file;
    try (InputStream in = list.content().open()) {
      byte[] bytes = in.readNBytes(MAX_LIST + 1);
      if (bytes.length > MAX_LIST) {
        throw new ModuleFailure(
            "the list of kernel modules is larger than " + (MAX_LIST >> 20) + " MiB", where, "");
      }
      return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new ModuleFailure("cannot read the list of kernel modules", where, "", e);
    }
  }

  /** Adds or replaces a file beside the modules. */
  void put(String file, byte[] bytes) {
    lists.put(file, bytes);
  }

  void remove(String file) {
    removed.add(file);
  }

  /** Removes all modules but these. */
  void keep(NavigableMap<String, KernelModule> kept) {
    for (String path : candidates) {
      KernelModule module = kept.get(KernelModule.nameOf(path));
      if (module == null || !module.path().equals(path)) {
        removed.add(path);
      }
    }
  }

  /** Returns all changes so far. */
  ModuleChanges changes() {
    return new ModuleChanges(removed, lists);
  }

  private String below(FileTree.Entry entry) {
    return entry.path().substring(directory.length() + 1);
  }
}
