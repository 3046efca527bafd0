package linuxkit.system.assembly;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.Kernel;
import linuxkit.system.manifest.NamedImage;

/** Adds the words that make a kernel stricter to its command line. */
final class Hardening {
  /**
   * The label of images that contain the project's guest program. An image that claims it without
   * containing it gets a stricter kernel and nothing else.
   */
  private static final String GUEST_LABEL = "org.mobyproject.linuxkit.guest";

  // The last one makes the guest set kernel parameters.
  private static final List<String> WORDS =
      List.of(
          "panic=10",
          "oops=panic",
          "randomize_kstack_offset=on",
          "slab_nomerge",
          "debugfs=off",
          "iommu.strict=1",
          "vsyscall=none",
          "linuxkit.hardening=on");
  private static final Set<String> AMD64_ONLY = Set.of("vsyscall=none");

  // The words after it are for the first program that the kernel starts.
  private static final String END = "--";

  private Hardening() {}

  /** Returns whether a system's kernel is hardened. */
  static boolean isWanted(Kernel kernel, List<NamedImage> init, SystemImages images) {
    return kernel
        .hardening()
        .orElseGet(
            () ->
                init.stream()
                    .map(image -> images.image(image.reference()).config().labels())
                    .anyMatch(labels -> labels.containsKey(GUEST_LABEL)));
  }

  /** Returns a command line with the words that it does not decide itself. */
  static String cmdline(String cmdline, Platform platform) {
    List<String> own = List.of(cmdline.strip().split("\\s+"));
    int end = own.indexOf(END) < 0 ? own.size() : own.indexOf(END);
    Set<String> keys = new HashSet<>();
    for (String word : own.subList(0, end)) {
      keys.add(key(word));
    }
    List<String> added = new ArrayList<>();
    for (String word : WORDS) {
      boolean runs = platform.architecture().equals("amd64") || !AMD64_ONLY.contains(word);
      if (runs && !keys.contains(key(word))) {
        added.add(word);
      }
    }
    if (added.isEmpty()) {
      return cmdline;
    }
    String words = String.join(" ", added);
    if (end == own.size()) {
      return String.join(" ", cmdline.stripTrailing(), words).strip();
    }
    List<String> before = own.subList(0, end);
    List<String> after = own.subList(end, own.size());
    return String.join(" ", String.join(" ", before), words, String.join(" ", after));
  }

  /** Returns the name of what a word sets; all words for merging slabs set one thing. */
  private static String key(String word) {
    String name = word.split("=", 2)[0];
    return switch (name) {
      case "slab_merge", "slub_merge", "slub_nomerge" -> "slab_nomerge";
      default -> name;
    };
  }
}
