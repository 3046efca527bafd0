package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Image;
import linuxkit.oci.LayerChange;

/** Explains why an image has a file. */
public final class WhyImage {
  private WhyImage() {}

  /**
   * Explains a file.
   *
   * @param path with or without a slash at its start
   * @throws InspectionFailure if no layer of the image has such a file; it names similar paths
   */
  public static Why ask(Image image, String path) {
    FileTree files = image.tree();
    String clean = PathLookup.clean(path);
    String found = PathLookup.find(files, clean).orElse(clean);
    List<Why.Source> sources = sources(image, found);
    if (sources.isEmpty()) {
      throw MissingPath.failure(files, clean, image.reference().toString());
    }
    return new Why(found, files.find(found).map(FileTree.Entry::node), sources);
  }

  private static List<Why.Source> sources(Image image, String path) {
    List<Why.Source> sources = new ArrayList<>();
    for (LayerChange change : image.history(path)) {
      sources.addFirst(
          new Why.Source(
              change.node(),
              "",
              Optional.empty(),
              image.reference().toString(),
              image.digest().toString(),
              change.layer().toString(),
              ""));
    }
    return sources;
  }
}
