package linuxkit.packaging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.EntryNameFailure;
import linuxkit.filesystem.Metadata;
import linuxkit.packaging.BuildFile.DebianContent;
import linuxkit.packaging.BuildFile.ExtraSource;
import linuxkit.packaging.BuildFile.FileEntry;
import linuxkit.packaging.BuildFile.FileSource;
import linuxkit.packaging.dockerfile.DockerfileKeys;
import linuxkit.packaging.files.PathPattern;
import linuxkit.packaging.tag.TagTemplate;
import linuxkit.packaging.tag.TagTemplateFailure;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;

/** Reads the keys of a {@code build.yml} and adds mistakes to the document's diagnostics. */
final class BuildFileReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[._-]+[a-z0-9]+)*");
  private static final Pattern PACKAGE =
      Pattern.compile("[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+:~-]+)?");
  private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");
  private static final Pattern MODE = Pattern.compile("0?[0-7]{3,4}");
  private static final Pattern RESERVED_ORG =
      Pattern.compile("(?i)" + Pattern.quote(LocalName.REGISTRY) + "(?:[:/].*)?");
  private static final String RESERVED_LABELS = "org.mobyproject.linuxkit.";
  // Says which modules systems get by default; see docs/packages.md.
  private static final List<String> FREE_LABELS = List.of(RESERVED_LABELS + "modules");
  private static final List<String> ARCHES = List.of("amd64", "arm64", "riscv64");

  private BuildFileReader() {}

  static BuildFile read(MappingReader in) {
    Optional<String> image = in.required("image");
    image
        .filter(name -> !NAME.matcher(name).matches())
        .ifPresent(_ -> in.get("image").ifPresent(BuildFileReader::badName));
    Optional<List<String>> given =
        in.list("arches", BuildFileReader::arch).filter(list -> !list.isEmpty());
    List<String> arches = given.orElseGet(() -> defaultArches(in));
    return new BuildFile(
        new BuildFile.Name(
            image.orElse(""),
            in.get("org").flatMap(BuildFileReader::org).orElse("linuxkit"),
            in.get("tag").flatMap(BuildFileReader::tag).orElse("{{.Hash}}")),
        arches,
        in.list("extra-sources", BuildFileReader::extraSource).orElse(List.of()),
        new BuildFile.ImageContent(
            dockerfile(in),
            in.mapping("debian", reader -> debian(reader, arches)),
            in.mappings("files", BuildFileReader::file).orElse(List.of()).stream()
                .flatMap(Optional::stream)
                .toList(),
            in.bool("kernel").orElse(false)),
        new BuildFile.Defaults(
            in.strings("command").orElse(List.of()),
            in.strings("env").orElse(List.of()),
            in.string("cwd").orElse("")),
        new BuildFile.ImageLabels(
            in.string("gitrepo").orElse(""),
            in.mapping("config", ContainerConfig::read),
            in.mapping("labels", BuildFileReader::labels)
                .orElse(Collections.unmodifiableSortedMap(new TreeMap<>()))));
  }

  // A definition that lists its packages by architecture supports those that it lists.
  private static List<String> defaultArches(MappingReader in) {
    Optional<YamlNode.Mapping> packages =
        mapping(in.node(), "debian").flatMap(debian -> mapping(debian, "packages"));
    return ARCHES.stream()
        .filter(
            arch ->
                !arch.equals("riscv64")
                    || packages.map(listed -> listed.get(arch).isPresent()).orElse(true))
        .toList();
  }

  private static Optional<YamlNode.Mapping> mapping(YamlNode.Mapping in, String key) {
    return in.get(key)
        .flatMap(
            node -> node instanceof YamlNode.Mapping found ? Optional.of(found) : Optional.empty());
  }

  private static Optional<String> org(NodeReader in) {
    Optional<String> org = in.string();
    if (org.isPresent() && RESERVED_ORG.matcher(org.get()).matches()) {
      in.error(LocalName.REGISTRY + " is reserved for images that a manifest has built");
      return Optional.empty();
    }
    return org;
  }

  private static SortedMap<String, String> labels(MappingReader in) {
    SortedMap<String, String> labels = new TreeMap<>();
    for (String name : in.keys()) {
      if (name.startsWith(RESERVED_LABELS) && !FREE_LABELS.contains(name)) {
        in.get(name)
            .ifPresent(
                label ->
                    label.error(
                        "labels that begin with "
                            + RESERVED_LABELS
                            + " are reserved for linuxkit itself"));
      }
      in.string(name).ifPresent(value -> labels.put(name, value));
    }
    return Collections.unmodifiableSortedMap(labels);
  }

  private static DockerfileKeys dockerfile(MappingReader in) {
    return new DockerfileKeys(
        path(in, "dockerfile").orElse("Dockerfile"),
        in.bool("network").orElse(false),
        in.bool("disable-cache").orElse(false),
        in.strings("buildArgs").orElse(List.of()),
        in.mapping("depends", BuildFileReader::depends)
            .flatMap(images -> images)
            .orElse(DockerfileKeys.Depends.NONE));
  }

  private static Optional<String> path(MappingReader in, String key) {
    Optional<String> path = in.string(key);
    path.filter(text -> text.indexOf('\0') >= 0)
        .flatMap(_ -> in.get(key))
        .ifPresent(node -> node.error("not a path"));
    return path;
  }

  private static Optional<DockerfileKeys.Depends> depends(MappingReader in) {
    return in.mapping(
        "docker-images",
        images ->
            new DockerfileKeys.Depends(
                path(images, "from-file"),
                images.strings("list").orElse(List.of()),
                path(images, "target"),
                path(images, "target-dir")));
  }

  private static void badName(NodeReader in) {
    in.error("not an image name: use lower-case letters and digits, with . _ - between them");
  }

  private static Optional<String> arch(NodeReader in) {
    Optional<String> arch = in.string();
    if (arch.isPresent() && !arch.get().matches("[a-z0-9]+")) {
      in.error("not an architecture");
      return Optional.empty();
    }
    return arch;
  }

  private static Optional<String> tag(NodeReader in) {
    Optional<String> tag = in.string();
    try {
      tag.ifPresent(TagTemplate::check);
    } catch (TagTemplateFailure e) {
      in.error(e.what());
      return Optional.empty();
    }
    if (tag.isPresent() && tag.get().contains("@")) {
      in.error("a tag cannot contain a digest");
      return Optional.empty();
    }
    return tag;
  }

  private static Optional<ExtraSource> extraSource(NodeReader in) {
    return in.string()
        .flatMap(
            text -> {
              int colon = text.indexOf(':');
              if (colon <= 0 || colon == text.length() - 1 || text.indexOf('\0') >= 0) {
                in.error("expected FOLDER:DESTINATION");
                return Optional.empty();
              }
              return Optional.of(
                  new ExtraSource(text.substring(0, colon), text.substring(colon + 1)));
            });
  }

  private static DebianContent debian(MappingReader in, List<String> arches) {
    Optional<NodeReader> packages = in.get("packages");
    if (packages.isEmpty()) {
      in.error("the key \"packages\" is missing");
    }
    return new DebianContent(
        in.string("suite").orElse("trixie"),
        in.list("components", BuildFileReader::component)
            .filter(list -> !list.isEmpty())
            .orElse(List.of("main")),
        packages.map(node -> packages(node, arches)).orElse(Map.of()),
        in.list("exclude", BuildFileReader::packageName).orElse(List.of()),
        in.bool("recommends").orElse(false),
        in.list("keep", BuildFileReader::pattern),
        in.list("drop", BuildFileReader::pattern).orElse(List.of()));
  }

  private static Optional<String> component(NodeReader in) {
    Optional<String> name = in.string();
    if (name.isPresent() && !COMPONENT.matcher(name.get()).matches()) {
      in.error("not a component of a Debian archive, such as main");
      return Optional.empty();
    }
    return name;
  }

  private static Map<String, List<String>> packages(NodeReader in, List<String> arches) {
    Map<String, List<String>> byArch = new LinkedHashMap<>();
    if (in.node() instanceof YamlNode.Mapping) {
      in.mapping(
          mapping -> {
            for (String arch : arches) {
              if (!mapping.has(arch)) {
                mapping.error("packages for " + arch + " are missing");
              }
              byArch.put(arch, mapping.list(arch, BuildFileReader::packageName).orElse(List.of()));
            }
            return mapping;
          });
    } else {
      List<String> names = in.list(BuildFileReader::packageName).orElse(List.of());
      arches.forEach(arch -> byArch.put(arch, names));
    }
    return byArch;
  }

  private static Optional<String> packageName(NodeReader in) {
    Optional<String> name = in.string();
    if (name.isPresent() && !PACKAGE.matcher(name.get()).matches()) {
      in.error("not a Debian package name");
      return Optional.empty();
    }
    return name;
  }

  private static Optional<PathPattern> pattern(NodeReader in) {
    Optional<String> text = in.string();
    if (text.isPresent() && !text.get().startsWith("/")) {
      in.error("a pattern must begin with a slash");
      return Optional.empty();
    }
    return text.map(PathPattern::parse);
  }

  private static Optional<FileEntry> file(MappingReader in) {
    Optional<String> path = in.required("path").flatMap(text -> path(text, in));
    List<FileSource> sources = new ArrayList<>();
    in.string("source").map(FileSource.Folder::new).ifPresent(sources::add);
    in.string("contents").map(FileSource.Contents::new).ifPresent(sources::add);
    in.string("symlink").map(FileSource.Symlink::new).ifPresent(sources::add);
    in.get("guest").flatMap(BuildFileReader::guest).ifPresent(sources::add);
    in.bool("directory")
        .filter(b -> b)
        .map(_ -> new FileSource.Directory())
        .ifPresent(sources::add);
    if (sources.size() != 1) {
      in.error("expected exactly one of source, guest, symlink, directory, contents");
    }
    Optional<Integer> mode = in.get("mode").flatMap(BuildFileReader::mode);
    long uid = in.integer("uid", 0, Metadata.MAX_ID).orElse(0L);
    long gid = in.integer("gid", 0, Metadata.MAX_ID).orElse(0L);
    return sources.size() == 1
        ? path.map(p -> new FileEntry(p, sources.getFirst(), mode, uid, gid))
        : Optional.empty();
  }

  private static Optional<FileSource> guest(NodeReader in) {
    if (in.node() instanceof YamlNode.Scalar scalar && scalar.text().equals("tools")) {
      return Optional.of(new FileSource.Guest("tools"));
    }
    return in.bool().filter(b -> b).map(_ -> new FileSource.Guest("guest"));
  }

  private static Optional<String> path(String text, MappingReader in) {
    try {
      String clean = EntryName.clean(text);
      if (text.startsWith("/") && !clean.isEmpty()) {
        return Optional.of(clean);
      }
    } catch (EntryNameFailure e) {
      in.error(e.what());
      return Optional.empty();
    }
    in.error("the path must be absolute, and not the root itself");
    return Optional.empty();
  }

  private static Optional<Integer> mode(NodeReader in) {
    // Octal even if unquoted: no other base makes sense for a mode.
    if (in.node() instanceof YamlNode.Scalar scalar && MODE.matcher(scalar.text()).matches()) {
      return Optional.of(Integer.parseInt(scalar.text(), 8));
    }
    in.error("expected an octal mode, such as \"0755\"");
    return Optional.empty();
  }
}
