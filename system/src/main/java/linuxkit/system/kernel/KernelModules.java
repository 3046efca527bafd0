package linuxkit.system.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonString;
import linuxkit.oci.Image;
import linuxkit.system.SystemFailure;
import linuxkit.system.manifest.Kernel;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.PlacementListener;
import linuxkit.system.tree.TreeBuilder;

/** The modules in a kernel's image. */
public final class KernelModules {
  /** The label that lists, as JSON, which modules a system needs. */
  private static final String LABEL = "org.mobyproject.linuxkit.modules";

  private KernelModules() {}

  /**
   * Fills the work cache for the first build of a system with this kernel: with the members of the
   * archive of modules, and those that the image's label selects.
   *
   * @throws linuxkit.base.Failure if the image or the archive cannot be read
   */
  public static void prepare(Image image, WorkCache work) {
    Optional<Node> found = image.tree().find(Kernel.DEFAULT_TAR).map(entry -> entry.node());
    if (found.orElse(null) instanceof Node.RegularFile file) {
      String source = image.reference().toString();
      TreeBuilder scratch =
          new TreeBuilder(
              AssemblyOptions.DEFAULT_MODIFIED,
              _ -> Optional.empty(),
              Progress.silent(),
              PlacementListener.NONE);
      KernelTar tar =
          new KernelTar(
              scratch, new Origin("kernel", source, ""), source + ", " + Kernel.DEFAULT_TAR);
      tar.unpack(file.content(), labelled(image), _ -> where(image), work);
    }
  }

  /** Returns the names that the image's label lists; empty if it has no label. */
  public static Optional<List<String>> labelled(Image image) {
    String text = image.config().labels().getOrDefault(LABEL, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    if (Json.parse(text.getBytes(StandardCharsets.UTF_8), where(image))
        instanceof JsonArray array) {
      for (Json element : array.elements()) {
        if (element instanceof JsonString name) {
          names.add(name.value());
        }
      }
      if (names.size() == array.elements().size()) {
        return Optional.of(names);
      }
    }
    throw new SystemFailure(
        "it is not a list of strings", where(image), "rebuild the kernel image");
  }

  /** Returns the place of the label, for failures. */
  public static String where(Image image) {
    return "label " + LABEL + " of " + image.reference();
  }
}
