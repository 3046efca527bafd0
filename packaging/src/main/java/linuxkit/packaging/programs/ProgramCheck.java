package linuxkit.packaging.programs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/** Looks for programs that cannot start, because the image lacks something that they need. */
public final class ProgramCheck {
  private static final int SHOWN = 5;
  private static final int EXECUTABLE = 0111;

  /** As much of a script as the kernel reads. */
  private static final int SCRIPT_HEAD = 256;

  private static final List<String> SEARCH_PATH =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final FileTree tree;
  private final ImageFiles files;
  private final Libraries libraries;
  private final List<String> scripts = new ArrayList<>();
  private final List<String> programs = new ArrayList<>();
  private final List<String> linked = new ArrayList<>();

  /**
   * @param tree all of the image
   */
  public ProgramCheck(FileTree tree, String architecture) {
    this.tree = tree;
    this.files = new ImageFiles(tree);
    this.libraries = new Libraries(files, architecture);
  }

  /**
   * Returns at most one sentence for each kind of lack, to be appended to the name of the image.
   *
   * @throws FileFailure if a file cannot be read
   */
  public List<String> run() {
    tree.walk(this::check);
    List<String> lacks = new ArrayList<>();
    describe(lacks, scripts, "scripts need interpreters");
    describe(lacks, programs, "programs need dynamic loaders");
    describe(lacks, linked, "programs need libraries");
    return lacks;
  }

  private static void describe(List<String> lacks, List<String> found, String what) {
    if (!found.isEmpty()) {
      lacks.add(" " + what + " that the image does not have: " + some(found) + ".");
    }
  }

  private static String some(List<String> all) {
    String first = String.join(", ", all.subList(0, Math.min(all.size(), SHOWN)));
    return all.size() <= SHOWN ? first : first + " and " + (all.size() - SHOWN) + " more";
  }

  private void check(FileTree.Entry entry) {
    if (!(entry.node() instanceof Node.RegularFile file)
        || (file.metadata().permissions() & EXECUTABLE) == 0) {
      return;
    }
    String path = "/" + entry.path();
    String head = head(file, path);
    if (head.startsWith("#!")) {
      missingInterpreter(head.substring(2).lines().findFirst().orElse(""))
          .ifPresent(name -> scripts.add(path + " (" + name + ")"));
    } else if (head.startsWith("\u007fELF")) {
      files.elf(entry).ifPresent(elf -> check(elf, path));
    }
  }

  private void check(ElfFile elf, String path) {
    if (elf.interpreter().isEmpty()) {
      return;
    }
    if (!files.has(elf.interpreter())) {
      programs.add(path + " (" + elf.interpreter() + ")");
      return;
    }
    List<String> missing = libraries.missing(elf, path);
    if (!missing.isEmpty()) {
      linked.add(path + " (" + some(missing) + ")");
    }
  }

  private Optional<String> missingInterpreter(String line) {
    String[] words = line.strip().split("[ \t]+", -1);
    String interpreter = words[0];
    if (!interpreter.startsWith("/")) {
      return Optional.empty();
    }
    if (!files.has(interpreter)) {
      return Optional.of(interpreter);
    }
    if (!interpreter.endsWith("/env")) {
      return Optional.empty();
    }
    int at = words.length > 1 && words[1].equals("-S") ? 2 : 1;
    if (at >= words.length || words[at].startsWith("-") || words[at].matches(".*[=/].*")) {
      return Optional.empty();
    }
    String name = words[at];
    return SEARCH_PATH.stream().anyMatch(directory -> files.has(directory + "/" + name))
        ? Optional.empty()
        : Optional.of(name);
  }

  private static String head(Node.RegularFile file, String path) {
    try (InputStream in = file.content().open()) {
      return new String(in.readNBytes(SCRIPT_HEAD), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw FileFailure.of("cannot read " + path, e);
    }
  }
}
