package linuxkit.engine.lock.update;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.oci.Reference;
import linuxkit.packaging.LocalName;
import linuxkit.system.manifest.NamedImage;
import linuxkit.system.manifest.SystemManifest;

/** The references of a manifest to images of registries. */
final class NamedReferences {
  private NamedReferences() {}

  /** Returns each reference by its text in the manifest; components are not among them. */
  static SortedMap<String, Reference> of(SystemManifest manifest) {
    SortedMap<String, Reference> all = new TreeMap<>();
    manifest.kernel().ifPresent(kernel -> add(all, kernel.image()));
    manifest.init().forEach(image -> add(all, image));
    manifest.boot().values().forEach(image -> add(all, image));
    manifest.containers().forEach(each -> all.put(each.image(), each.reference()));
    manifest
        .volumes()
        .forEach(volume -> volume.reference().ifPresent(image -> all.put(volume.image(), image)));
    all.values().removeIf(LocalName::is);
    return all;
  }

  private static void add(SortedMap<String, Reference> all, NamedImage image) {
    all.put(image.text(), image.reference());
  }

  /** Returns the names by which a user can select an image. */
  static List<String> names(String text, Reference reference) {
    return List.of(
        text, reference.toString(), reference.locator(), reference.familiarLocator(), last(text));
  }

  // The text without its tag or digest.
  private static String last(String text) {
    int slash = text.lastIndexOf('/');
    String name = text.substring(slash + 1).replaceFirst("[:@].*", "");
    return text.substring(0, slash + 1) + name;
  }
}
