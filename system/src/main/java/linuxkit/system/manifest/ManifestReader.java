package linuxkit.system.manifest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import linuxkit.base.Printable;
import linuxkit.json.JsonObject;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import linuxkit.system.manifest.ContainerEntry.Section;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.ContainerConfig;

/** Reads the mappings of manifest files, and appends each to those read before. */
final class ManifestReader {
  private static final Pattern VOLUME_NAME = Pattern.compile("[a-z0-9_-]{1,200}");
  // In bytes, which leaves room for a prefix in the folder's name.
  private static final int LONGEST_NAME = 200;
  private static final String VOLUME_NAME_RULE =
      " is not a valid volume name: use lower-case letters, digits, '_' and '-', at most "
          + LONGEST_NAME;

  /** The kernel as the files read so far describe it. */
  private static final class KernelParts {
    private Optional<NamedImage> image = Optional.empty();
    private String cmdline = "";
    private String binary = "";
    private Optional<String> tar = Optional.empty();
    private Optional<String> ucode = Optional.empty();
    private Optional<Position> cmdlinePosition = Optional.empty();
    private Optional<List<Kernel.Module>> modules = Optional.empty();
    private Optional<Boolean> hardening = Optional.empty();

    Optional<Kernel> kernel() {
      return image.map(
          named ->
              new Kernel(
                  named,
                  cmdline,
                  binary.isEmpty() ? Kernel.DEFAULT_BINARY : binary,
                  tar.map(name -> name.equals("none") ? "" : name).orElse(Kernel.DEFAULT_TAR),
                  ucode.orElse(""),
                  modules,
                  cmdlinePosition,
                  hardening));
    }

    /**
     * Returns the keys that are given without an image. They have no effect until a later file
     * names one.
     */
    JsonObject withoutImage() {
      JsonObject.Builder json = JsonObject.builder();
      if (image.isEmpty()) {
        putIfNotEmpty(json, "cmdline", cmdline);
        putIfNotEmpty(json, "binary", binary);
        tar.ifPresent(text -> json.put("tar", text));
        ucode.ifPresent(text -> json.put("ucode", text));
        modules.ifPresent(
            all -> json.put("modules", all.stream().map(Kernel.Module::name).toList()));
        hardening.ifPresent(on -> json.put(SystemManifest.HARDENING, on));
      }
      return json.build();
    }

    private static void putIfNotEmpty(JsonObject.Builder json, String key, String text) {
      if (!text.isEmpty()) {
        json.put(key, text);
      }
    }
  }

  private final KernelParts kernel = new KernelParts();
  private final List<NamedImage> init = new ArrayList<>();
  private String prefix = "";
  private final List<ContainerEntry> containers = new ArrayList<>();
  private final EnumMap<Section, Integer> counts = new EnumMap<>(Section.class);
  private final List<FileEntry> files = new ArrayList<>();
  private final List<Volume> volumes = new ArrayList<>();
  private Budget budget = Budget.NONE;
  private Optional<PolicyFile> policy = Optional.empty();
  private final SortedMap<BootComponent, NamedImage> boot = new TreeMap<>();

  SystemManifest manifest() {
    return new SystemManifest(
        kernel.kernel(),
        kernel.withoutImage(),
        new InitImages(init, prefix),
        containers,
        files,
        volumes,
        new Conditions(budget, policy),
        boot);
  }

  /** Appends one file. */
  void read(MappingReader from) {
    from.fields("kernel", this::kernel);
    from.list("init", ManifestReader::image).ifPresent(init::addAll);
    if (from.string(InitImages.PREFIX).filter(text -> !text.isEmpty()).isPresent()) {
      FileEntryReader.path(from, InitImages.PREFIX).ifPresent(folder -> prefix = folder);
    }
    for (Section section : Section.values()) {
      containers(from, section);
    }
    appendAll(from, "files", files, FileEntryReader::read);
    appendAll(from, "volumes", volumes, this::volume);
    from.mapping("budget", BudgetReader::read).ifPresent(limits -> budget = budget.with(limits));
    from.fields("boot", this::boot);
    from.get(SystemManifest.HARDENING)
        .flatMap(NodeReader::onOff)
        .ifPresent(on -> kernel.hardening = Optional.of(on));
    from.get(PolicyFile.KEY).ifPresent(this::trust);
  }

  private void kernel(MappingReader from) {
    from.get("image")
        .flatMap(NodeReader::string)
        .filter(text -> !text.isEmpty())
        .ifPresent(
            text -> {
              kernel.image = from.get("image").flatMap(ManifestReader::image);
            });
    from.string("cmdline")
        .filter(text -> !text.isEmpty())
        .ifPresent(
            text -> {
              // YAML's folded text ends in a line break.
              kernel.cmdline = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
              kernel.cmdlinePosition = from.get("cmdline").map(NodeReader::position);
            });
    from.string("binary").filter(text -> !text.isEmpty()).ifPresent(t -> kernel.binary = t);
    from.string("tar").ifPresent(text -> kernel.tar = Optional.of(text));
    from.string("ucode").ifPresent(text -> kernel.ucode = Optional.of(text));
    from.list(
            "modules", node -> node.string().map(name -> new Kernel.Module(name, node.position())))
        .ifPresent(modules -> kernel.modules = Optional.of(modules));
  }

  private void boot(MappingReader from) {
    for (BootComponent component : BootComponent.values()) {
      from.get(component.key())
          .flatMap(ManifestReader::image)
          .ifPresent(image -> boot.put(component, image));
    }
  }

  private static Optional<NamedImage> image(NodeReader node) {
    return node.string()
        .flatMap(
            text ->
                reference(node, text).map(parsed -> new NamedImage(text, parsed, node.position())));
  }

  private static <T> void appendAll(
      MappingReader from, String key, List<T> to, Function<MappingReader, Optional<T>> read) {
    from.list(key, node -> node.mapping(read).flatMap(value -> value)).ifPresent(to::addAll);
  }

  private void containers(MappingReader from, Section section) {
    from.list(
        section.key(),
        node -> {
          int index = counts.getOrDefault(section, 0);
          node.mapping(entry -> container(entry, section, node.path(), index))
              .flatMap(entry -> entry)
              .ifPresent(
                  entry -> {
                    containers.add(entry);
                    counts.put(section, index + 1);
                  });
          return Optional.empty();
        });
  }

  private Optional<ContainerEntry> container(
      MappingReader from, Section section, String path, int index) {
    Optional<String> name = from.required("name");
    Optional<String> image = from.required("image");
    ContainerConfig config = ContainerConfig.read(from);
    name.flatMap(text -> ContainerNames.problem(text, section == Section.SERVICES))
        .ifPresent(problem -> from.get("name").ifPresent(node -> node.error(problem)));
    Optional<Reference> reference =
        image.flatMap(text -> from.get("image").flatMap(node -> reference(node, text)));
    return combine(
        name.filter(text -> ContainerNames.problem(text, section == Section.SERVICES).isEmpty()),
        reference,
        (text, parsed) ->
            new ContainerEntry(
                section, index, text, image.orElse(""), parsed, config, path, from.node()));
  }

  private static <A, B, R> Optional<R> combine(
      Optional<A> a, Optional<B> b, BiFunction<A, B, R> with) {
    return a.flatMap(first -> b.map(second -> with.apply(first, second)));
  }

  private Optional<Volume> volume(MappingReader from) {
    Optional<String> name = from.required("name");
    String image = from.string("image").orElse("");
    boolean readonly = from.bool("readonly").orElse(false);
    String format = from.get("format").flatMap(ManifestReader::format).orElse("filesystem");
    List<Platform> platforms = from.list("platforms", ManifestReader::platform).orElse(List.of());
    name.filter(text -> !VOLUME_NAME.matcher(text).matches())
        .ifPresent(
            text ->
                from.get("name").ifPresent(node -> node.error(Quote.of(text) + VOLUME_NAME_RULE)));
    Optional<Reference> reference =
        image.isEmpty()
            ? Optional.empty()
            : from.get("image").flatMap(node -> reference(node, image));
    return name.filter(text -> VOLUME_NAME.matcher(text).matches())
        .map(
            text ->
                new Volume(
                    text,
                    image,
                    reference,
                    readonly,
                    format.equals("oci") && reference.isPresent(),
                    platforms,
                    from.path(),
                    from.node()));
  }

  private static Optional<String> format(NodeReader node) {
    Optional<String> text = node.string();
    text.filter(format -> !format.equals("oci") && !format.equals("filesystem"))
        .ifPresent(
            format ->
                node.error("unknown format " + Quote.of(format) + ": use 'filesystem' or 'oci'"));
    return text;
  }

  private static Optional<Platform> platform(NodeReader node) {
    Optional<String> text = node.string();
    Optional<Platform> platform = text.flatMap(Platform::parse);
    if (text.isPresent() && platform.isEmpty()) {
      node.error(Quote.of(text.get()) + " is not a platform: write it as linux/arm64");
    }
    return platform;
  }

  private void trust(NodeReader node) {
    Optional<PolicyFile> named = PolicyFile.read(node);
    policy
        .filter(first -> named.isPresent() && !first.path().equals(named.get().path()))
        .ifPresent(
            first -> node.error("another manifest names another policy, at " + first.position()));
    policy = policy.or(() -> named);
  }

  private static Optional<Reference> reference(NodeReader node, String text) {
    try {
      return Optional.of(Reference.parse(text));
    } catch (ReferenceFailure e) {
      node.error(
          text.startsWith("@pkg:")
              ? "@pkg: works only in manifests that are files: " + Quote.shorten(text)
              : Printable.line(e.what()));
      return Optional.empty();
    }
  }
}
