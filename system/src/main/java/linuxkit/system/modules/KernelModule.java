package linuxkit.system.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The description that a module has of itself.
 *
 * @param name with underscores, never hyphens
 * @param path below the version directory, such as {@code kernel/fs/ext4/ext4.ko.xz}
 * @param depends the names of the modules that it needs, at least the direct ones
 * @param aliases the patterns of devices and features that it serves
 * @param softdeps each as written, such as {@code pre: crc32c post: foo}
 */
record KernelModule(
    String name, String path, List<String> depends, List<String> aliases, List<String> softdeps) {
  private static final List<String> SUFFIXES = List.of(".ko.xz", ".ko", ".ko.zst", ".ko.gz");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  KernelModule {
    depends = List.copyOf(depends);
    aliases = List.copyOf(aliases);
    softdeps = List.copyOf(softdeps);
  }

  /** Returns whether a path is that of a module, compressed or not. */
  static boolean isModule(String path) {
    return !stem(path).isEmpty();
  }

  /** Returns the name of the module in a file for which {@link #isModule} holds. */
  static String nameOf(String path) {
    return normal(stem(path));
  }

  private static String stem(String path) {
    for (String suffix : SUFFIXES) {
      if (path.endsWith(suffix)) {
        return path.substring(path.lastIndexOf('/') + 1, path.length() - suffix.length());
      }
    }
    return "";
  }

  /**
   * Returns a name with underscores, because hyphens and underscores are equal in modules' names.
   */
  static String normal(String name) {
    return name.replace('-', '_');
  }

  /** Returns the modules or aliases that are to be loaded before this one, if they exist. */
  List<String> loadedBefore() {
    List<String> names = new ArrayList<>();
    for (String softdep : softdeps) {
      boolean before = false;
      for (String word : SPACE.split(softdep.strip(), -1)) {
        if (word.endsWith(":")) {
          before = word.equals("pre:");
        } else if (before) {
          names.add(word);
        }
      }
    }
    return names;
  }
}
