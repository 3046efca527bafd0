package linuxkit.system.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a module says of itself.
 *
 * @param name with underscores, never hyphens
 * @param path below the version directory, such as {@code kernel/fs/ext4/ext4.ko.xz}
 * @param depends names of modules without which it does not load, direct ones at least
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

  /** Whether a file, given by its path, is a module, compressed or not. */
  static boolean isModule(String path) {
    return !stem(path).isEmpty();
  }

  /** The name of the module in a file for which {@link #isModule} holds. */
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

  /** Hyphens and underscores are equal in modules' names. */
  static String normal(String name) {
    return name.replace('-', '_');
  }

  /** The modules or aliases that are to be loaded before this one, where there are any. */
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
