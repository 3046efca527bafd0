package linuxkit.packaging.programs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds shared libraries as Debian's dynamic loader does (ld.so(8)), without a cache of {@code
 * ldconfig} and without {@code LD_LIBRARY_PATH}.
 */
final class Libraries {
  private static final int MAX_LOADED = 2000;

  /** An architecture to the loader: its number in ELF files, and its name in directories. */
  private enum Architecture {
    AMD64(62, "x86_64-linux-gnu"),
    ARM64(183, "aarch64-linux-gnu"),
    RISCV64(243, "riscv64-linux-gnu");

    private final int machine;
    private final String directory;

    Architecture(int machine, String directory) {
      this.machine = machine;
      this.directory = directory;
    }
  }

  /**
   * A program or library in memory.
   *
   * @param origin the directory that it is in
   * @param loader what needs it; null for the program
   */
  private record Loaded(ElfFile elf, String origin, @Nullable Loaded loader) {}

  private record Found(ElfFile elf, String path) {}

  private final ImageFiles files;
  private final Optional<Architecture> architecture;

  Libraries(ImageFiles files, String architecture) {
    this.files = files;
    this.architecture =
        List.of(Architecture.values()).stream()
            .filter(each -> each.name().equalsIgnoreCase(architecture))
            .findFirst();
  }

  /**
   * Returns the names of the libraries that a program needs, directly or not, and that the loader
   * would not find; empty also if the program uses another loader, whose rules are unknown.
   */
  List<String> missing(ElfFile program, String path) {
    String interpreter = program.interpreter();
    String loaderName = interpreter.substring(interpreter.lastIndexOf('/') + 1);
    if (architecture.isEmpty()
        || !loaderName.startsWith("ld-linux")
        || !program.wide()
        || program.machine() != architecture.get().machine
        || files.has("/etc/ld.so.cache")) {
      return List.of();
    }
    List<String> missing = new ArrayList<>();
    Set<String> known = new HashSet<>(Set.of(loaderName));
    Queue<Loaded> queue = new ArrayDeque<>();
    queue.add(new Loaded(program, files.directory(path), null));
    while (!queue.isEmpty() && known.size() < MAX_LOADED) {
      Loaded loaded = queue.remove();
      for (String name : loaded.elf().needed()) {
        if (known.add(name)) {
          Optional<Found> found = find(name, loaded, architecture.get());
          if (found.isEmpty()) {
            missing.add(name);
          } else {
            ElfFile library = found.get().elf();
            known.add(library.name());
            queue.add(new Loaded(library, files.directory(found.get().path()), loaded));
          }
        }
      }
    }
    return missing;
  }

  private Optional<Found> find(String name, Loaded by, Architecture from) {
    if (name.contains("/")) {
      return usable(expand(name, by, from), by.elf());
    }
    if (by.elf().runpath().isEmpty()) {
      for (Loaded each = by; each != null; each = each.loader()) {
        if (each.elf().runpath().isEmpty()) {
          Optional<Found> found = search(each.elf().rpath(), name, each, from);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return search(by.elf().runpath(), name, by, from)
        .or(
            () ->
                search(
                    List.of(
                        "/lib/" + from.directory, "/usr/lib/" + from.directory, "/lib", "/usr/lib"),
                    name,
                    by,
                    from));
  }

  private Optional<Found> search(
      List<String> directories, String name, Loaded by, Architecture from) {
    return directories.stream()
        .map(directory -> expand(directory, by, from))
        .flatMap(directory -> usable(directory + "/" + name, by.elf()).stream())
        .findFirst();
  }

  private static String expand(String path, Loaded by, Architecture from) {
    return path.replace("${ORIGIN}", by.origin())
        .replace("$ORIGIN", by.origin())
        .replace("${LIB}", "lib/" + from.directory)
        .replace("$LIB", "lib/" + from.directory);
  }

  /** Returns a library, unless it is for another architecture, which the loader passes over. */
  private Optional<Found> usable(String path, ElfFile like) {
    return Optional.of(path)
        .filter(each -> each.startsWith("/"))
        .flatMap(files::elf)
        .filter(elf -> elf.wide() == like.wide() && elf.machine() == like.machine())
        .map(elf -> new Found(elf, path));
  }
}
