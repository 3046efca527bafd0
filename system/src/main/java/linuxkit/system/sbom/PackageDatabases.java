package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.LinkPath;
import linuxkit.filesystem.Node;

/**
 * The files in which an image's package managers list what is installed, not read yet.
 *
 * @param dpkg Debian's {@code status}, and the files of {@code status.d} as images without a
 *     package manager have it
 * @param apk Alpine's list
 * @param release the distribution (os-release(5))
 * @param copyrights the copyright files of Debian packages, by package name
 */
public record PackageDatabases(
    List<Content> dpkg,
    Optional<Content> apk,
    Optional<Content> release,
    Map<String, Content> copyrights) {
  public static final PackageDatabases NONE =
      new PackageDatabases(List.of(), Optional.empty(), Optional.empty(), Map.of());

  private static final String DOCUMENTATION = "usr/share/doc";

  public PackageDatabases {
    dpkg = List.copyOf(dpkg);
    copyrights = Map.copyOf(copyrights);
  }

  /** Finds the databases of an image. Symbolic links are followed only to copyright files. */
  public static PackageDatabases of(FileTree image) {
    List<Content> dpkg = new ArrayList<>();
    file(image.find("var/lib/dpkg/status")).ifPresent(dpkg::add);
    image.find("var/lib/dpkg/status.d").stream()
        .flatMap(folder -> folder.children().stream())
        .filter(entry -> !entry.name().endsWith(".md5sums"))
        .forEach(entry -> file(Optional.of(entry)).ifPresent(dpkg::add));
    return new PackageDatabases(
        dpkg,
        file(image.find("lib/apk/db/installed"))
            .or(() -> file(image.find("usr/lib/apk/db/installed"))),
        file(image.find("etc/os-release")).or(() -> file(image.find("usr/lib/os-release"))),
        dpkg.isEmpty() ? Map.of() : copyrights(image));
  }

  private static Map<String, Content> copyrights(FileTree image) {
    Map<String, Content> found = new HashMap<>();
    image.find(DOCUMENTATION).stream()
        .flatMap(folder -> folder.children().stream())
        .forEach(
            entry ->
                file(LinkPath.follow(image, entry.path() + "/copyright").map(LinkPath::end))
                    .ifPresent(file -> found.put(entry.name(), file)));
    return found;
  }

  private static Optional<Content> file(Optional<FileTree.Entry> entry) {
    return entry
        .map(FileTree.Entry::node)
        .filter(Node.RegularFile.class::isInstance)
        .map(node -> ((Node.RegularFile) node).content());
  }
}
