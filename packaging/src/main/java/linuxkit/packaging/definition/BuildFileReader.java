package linuxkit.packaging.definition;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import linuxkit.packaging.definition.BuildFile.ExtraSource;
import linuxkit.packaging.dockerfile.DockerfileKeys;
import linuxkit.packaging.tag.TagTemplate;
import linuxkit.packaging.tag.TagTemplateFailure;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;

/** Reads the keys of a {@code build.yml} and adds mistakes to the document's diagnostics. */
final class BuildFileReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[._-]+[a-z0-9]+)*");
  private static final Pattern RESERVED_ORG =
      Pattern.compile("(?i)" + Pattern.quote(BuildFile.LOCAL_REGISTRY) + "(?:[:/].*)?");
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
            in.mapping("debian", reader -> DebianContentReader.read(reader, arches)),
            in
                .mappings("files", file -> BuildFileEntryReader.read(file, in.has("debian")))
                .orElse(List.of())
                .stream()
                .flatMap(Optional::stream)
                .toList(),
            AccountReader.read(in),
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
      in.error(BuildFile.LOCAL_REGISTRY + " is reserved for images that a manifest has built");
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
}
