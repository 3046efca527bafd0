package linuxkit.packaging;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiFunction;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlDocument;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;

/**
 * A component's {@code build.yml}, as {@code docs/packages.md} describes it: LinuxKit's keys, and
 * ours for content without a Dockerfile.
 *
 * @param gitrepo empty for no label
 * @param command empty for none, as {@code env} and {@code cwd}
 */
record BuildFile(
    String image,
    String org,
    String tag,
    List<String> arches,
    List<ExtraSource> extraSources,
    String gitrepo,
    String dockerfile,
    Optional<ContainerConfig> config,
    Optional<DebianContent> debian,
    List<FileEntry> files,
    boolean kernel,
    List<String> command,
    List<String> env,
    String cwd,
    SortedMap<String, String> labels) {

  /**
   * @param source a folder, relative to the component's
   */
  record ExtraSource(String source, String destination) {}

  /**
   * What comes from Debian packages.
   *
   * @param components of the archive, such as {@code main}
   * @param packages by architecture, the same keys as {@code arches}
   * @param keep absent for everything but documentation
   */
  record DebianContent(
      String suite,
      List<String> components,
      Map<String, List<String>> packages,
      List<String> exclude,
      boolean recommends,
      Optional<List<PathPattern>> keep,
      List<PathPattern> drop) {}

  /**
   * A file beside the packages.
   *
   * @param path within the image, without a leading slash
   * @param mode empty for the default of its kind
   */
  record FileEntry(String path, FileSource source, Optional<Integer> mode, long uid, long gid) {}

  /** Where a file comes from. */
  sealed interface FileSource {
    /** A file or folder of the component's own. */
    record Folder(String path) implements FileSource {}

    /** The guest program of the architecture. */
    record Guest() implements FileSource {}

    record Symlink(String target) implements FileSource {}

    record Directory() implements FileSource {}

    record Contents(String text) implements FileSource {}
  }

  /**
   * Reads as leniently as LinuxKit, whose own definitions have unquoted modes and empty keys.
   *
   * @param name what messages call it
   * @throws linuxkit.yaml.YamlFailure with all mistakes in it
   */
  static BuildFile read(String name, byte[] bytes) {
    return read(name, bytes, NodeReader::lenientRoot);
  }

  static BuildFile read(
      String name, byte[] bytes, BiFunction<YamlNode, Diagnostics, NodeReader> reader) {
    Diagnostics diagnostics = new Diagnostics();
    Optional<BuildFile> decoded =
        YamlDocument.parse(name, bytes, diagnostics)
            .flatMap(node -> reader.apply(node, diagnostics).mapping(BuildFileReader::read));
    diagnostics.throwErrors();
    return decoded.orElseThrow(() -> new IllegalStateException("no mistake and no definition"));
  }

  /** Whether it says anything that needs no Dockerfile. */
  boolean hasContent() {
    return debian.isPresent() || !files.isEmpty();
  }

  boolean usesGuest() {
    return files.stream().anyMatch(file -> file.source() instanceof FileSource.Guest);
  }
}
