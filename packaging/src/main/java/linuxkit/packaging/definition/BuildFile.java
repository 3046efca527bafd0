package linuxkit.packaging.definition;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import linuxkit.packaging.accounts.Owner;
import linuxkit.packaging.accounts.Requests;
import linuxkit.packaging.dockerfile.DockerfileKeys;
import linuxkit.packaging.files.PathPattern;
import linuxkit.packaging.files.SourcePattern;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlDocument;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;

/**
 * A component's {@code build.yml}, as {@code docs/packages.md} describes it: LinuxKit's keys, and
 * ours for content without a Dockerfile.
 */
public record BuildFile(
    Name name,
    List<String> arches,
    List<ExtraSource> extraSources,
    ImageContent content,
    Defaults defaults,
    ImageLabels labels) {
  /** The registry of the names of images that a manifest has built; no component may use it. */
  public static final String LOCAL_REGISTRY = "linuxkit.localhost";

  /**
   * The parts of the image's name.
   *
   * @param tag a template
   */
  public record Name(String image, String org, String tag) {}

  /**
   * The content of the image.
   *
   * @param dockerfile its keys, used if there is no other content
   * @param accounts the users and groups
   * @param kernel whether to make a kernel image from the packages
   */
  public record ImageContent(
      DockerfileKeys dockerfile,
      Optional<DebianContent> debian,
      List<FileEntry> files,
      Requests accounts,
      boolean kernel) {
    /** Returns whether one of the files has a path. */
    public boolean hasFile(String path) {
      return files.stream().anyMatch(file -> file.path().equals(path));
    }
  }

  /**
   * The defaults of the image's containers; each may be empty.
   *
   * @param command with its arguments
   */
  public record Defaults(List<String> command, List<String> env, String cwd) {}

  /**
   * The labels that describe the image.
   *
   * @param gitrepo empty for no label
   * @param others all further labels
   */
  public record ImageLabels(
      String gitrepo, Optional<ContainerConfig> config, SortedMap<String, String> others) {}

  /**
   * A folder outside the component's that its Dockerfile uses.
   *
   * @param source relative to the component's folder
   */
  public record ExtraSource(String source, String destination) {}

  /**
   * The content from Debian packages.
   *
   * @param components of the archive, such as {@code main}
   * @param packages by architecture; the keys are those of {@code arches}
   * @param keep absent for everything except documentation
   */
  public record DebianContent(
      String suite,
      List<String> components,
      Map<String, List<String>> packages,
      List<String> exclude,
      boolean recommends,
      Optional<List<PathPattern>> keep,
      List<PathPattern> drop) {}

  /**
   * An entry under {@code files:}.
   *
   * @param path within the image, without a leading slash
   * @param mode empty for the default of its kind
   * @param owner takes precedence over the ids
   */
  public record FileEntry(
      String path,
      FileSource source,
      Optional<Integer> mode,
      long uid,
      long gid,
      Optional<Owner> owner) {
    /** Returns this entry with other ids, and without an owner by name. */
    public FileEntry with(Owner.Ids ids) {
      return new FileEntry(path, source, mode, ids.uid(), ids.gid(), Optional.empty());
    }
  }

  /** The source of a file. */
  public sealed interface FileSource {
    /** A file or directory in the component's folder. */
    record Folder(String path) implements FileSource {}

    /** A guest program for the architecture: {@code guest} or {@code tools}. */
    record Guest(String program) implements FileSource {}

    record Symlink(String target) implements FileSource {}

    record Directory() implements FileSource {}

    record Contents(String text) implements FileSource {}

    /** A source among the files of the packages, also of those that the image leaves out. */
    sealed interface Packaged extends FileSource {}

    /** A file of a package, with its mode. */
    record Copy(String path, Position position) implements Packaged {}

    /** The contents of files of packages, one after the other. */
    record Concatenation(List<SourcePattern> patterns) implements Packaged {}

    /** A key store for Java of the certificates in files of packages. */
    record KeyStore(List<SourcePattern> patterns) implements Packaged {}
  }

  /**
   * Reads a definition as leniently as LinuxKit, whose own ones have unquoted modes and empty keys.
   *
   * @param name the file's name in messages
   * @throws linuxkit.yaml.YamlFailure with all mistakes
   */
  public static BuildFile read(String name, byte[] bytes) {
    return read(new Position(name, 1, 1), bytes);
  }

  /**
   * Reads a definition.
   *
   * @param start the file's name in messages, and whether they may quote the file
   * @throws linuxkit.yaml.YamlFailure with all mistakes
   */
  public static BuildFile read(Position start, byte[] bytes) {
    return read(start, bytes, NodeReader::lenientRoot);
  }

  public static BuildFile read(
      Position start, byte[] bytes, BiFunction<YamlNode, Diagnostics, NodeReader> reader) {
    Diagnostics diagnostics = new Diagnostics();
    Optional<BuildFile> decoded =
        YamlDocument.parse(start, bytes, diagnostics)
            .flatMap(node -> reader.apply(node, diagnostics).mapping(BuildFileReader::read));
    diagnostics.throwErrors();
    return decoded.orElseThrow(
        () -> new IllegalStateException("neither a mistake nor a definition"));
  }

  /** Returns whether one of the files is a guest program. */
  public boolean usesGuest() {
    return content.files().stream().anyMatch(file -> file.source() instanceof FileSource.Guest);
  }

  /** Returns the files and directories of the folder that are installed, in their order. */
  public List<String> sources() {
    return content.files().stream()
        .flatMap(
            file ->
                file.source() instanceof FileSource.Folder(String source)
                    ? Stream.of(source)
                    : Stream.empty())
        .toList();
  }
}
