package linuxkit.system.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.json.Json;

/**
 * Reads the packages of the kernel's image from the system's bill of materials: of that image, only
 * kernel, modules and microcode are in the system, but no package database.
 */
final class KernelPackages {
  private static final String USUAL_PATH = "sbom.spdx.json";
  private static final String SUFFIX = ".spdx.json";
  private static final String GENERATED = "linuxkit.sbom";
  private static final String KERNEL = "SPDXRef-kernel-";
  private static final long LARGEST = 64 << 20;

  private KernelPackages() {}

  /** Returns whether a file is the bill of materials of a system, at its usual path. */
  static boolean isBill(String path) {
    return path.equals(USUAL_PATH);
  }

  /** Returns whether the packages can be known: the system has a bill of materials. */
  static boolean areKnown(InspectedSystem system) {
    return bill(system).isPresent();
  }

  /**
   * Returns the packages, in no order; none if the system has no bill of materials.
   *
   * @param progress gets a warning if the bill cannot be read
   */
  static List<ComponentPackage> read(InspectedSystem system, Progress progress) {
    Optional<FileTree.Entry> entry = bill(system);
    if (entry.isEmpty() || !(entry.get().node() instanceof Node.RegularFile file)) {
      return List.of();
    }
    String where = "/" + entry.get().path();
    if (file.content().size() > LARGEST) {
      progress.warn(where + ": larger than 64 MiB: the kernel's packages are left out");
      return List.of();
    }
    List<ComponentPackage> packages = new ArrayList<>();
    try (InputStream in = file.content().open()) {
      Json document = Json.parse(in.readAllBytes(), where);
      for (Json each : ContainerFacts.elements(ContainerFacts.get(document, "packages"))) {
        if (text(each, "SPDXID").startsWith(KERNEL)) {
          kind(each)
              .ifPresent(
                  kind ->
                      packages.add(
                          new ComponentPackage(
                              new Component(Component.Kind.KERNEL, ""),
                              kind,
                              text(each, "name"),
                              text(each, "versionInfo"))));
        }
      }
    } catch (IOException | Failure e) {
      progress.warn(where + ": the kernel's packages are left out: " + e.getMessage());
    }
    return packages;
  }

  private static Optional<FileTree.Entry> bill(InspectedSystem system) {
    Optional<FileTree.Entry> usual =
        system.files().find(USUAL_PATH).filter(entry -> entry.node() instanceof Node.RegularFile);
    if (usual.isPresent()) {
      return usual;
    }
    List<FileTree.Entry> found = new ArrayList<>();
    system
        .files()
        .walk(
            entry -> {
              if (entry.origin().source().equals(GENERATED) && entry.name().endsWith(SUFFIX)) {
                found.add(entry);
              }
            });
    return found.stream().findFirst();
  }

  /** Returns the type of a package's URL, such as {@code deb}; empty if it has no URL. */
  private static Optional<String> kind(Json element) {
    for (Json reference : ContainerFacts.elements(ContainerFacts.get(element, "externalRefs"))) {
      String url = text(reference, "referenceLocator");
      int slash = url.indexOf('/');
      if (text(reference, "referenceType").equals("purl") && url.startsWith("pkg:") && slash > 0) {
        return Optional.of(url.substring("pkg:".length(), slash));
      }
    }
    return Optional.empty();
  }

  private static String text(Json json, String name) {
    return ContainerFacts.text(ContainerFacts.get(json, name));
  }
}
