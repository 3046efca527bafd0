package linuxkit.boot.root;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/** Lists which drivers a kernel has built in, and which as modules. */
public final class BuiltIn {
  private static final Pattern MODULE = Pattern.compile("(?:.*/)?([^/]+)\\.ko(?:\\.[a-z]+)?");
  private static final String LIST = "modules.builtin";

  private final Set<String> modules = new HashSet<>();
  private final Set<String> builtIn = new HashSet<>();
  private boolean known;

  private BuiltIn() {}

  /** Reads the folder of a kernel's modules. */
  public static BuiltIn of(FileTree.Entry folder) {
    BuiltIn found = new BuiltIn();
    folder.walk(
        entry -> {
          if (entry.node() instanceof Node.RegularFile file) {
            add(found.modules, entry.name());
            if (entry.name().equals(LIST)) {
              found.known = true;
              text(file).lines().forEach(line -> add(found.builtIn, line));
            }
          }
        });
    return found;
  }

  private static void add(Set<String> names, String file) {
    Matcher matcher = MODULE.matcher(file);
    if (matcher.matches()) {
      names.add(matcher.group(1).replace('-', '_'));
    }
  }

  private static String text(Node.RegularFile file) {
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the kernel's " + LIST, e);
    }
  }

  /** Returns whether there is a list of what is built in. */
  public boolean isKnown() {
    return known;
  }

  public boolean has(String name) {
    return builtIn.contains(name);
  }

  public boolean isModule(String name) {
    return modules.contains(name);
  }

  boolean hasModules() {
    return !modules.isEmpty();
  }
}
