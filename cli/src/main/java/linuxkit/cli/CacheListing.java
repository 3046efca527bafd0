package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import linuxkit.base.ByteSize;
import linuxkit.base.Progress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.References;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.Settings;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.oci.Referrer;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.DiskUsage;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.packaging.debian.DebianArchive;

/**
 * {@code linuxkit cache ls} and {@code du}, which list the image store, and {@code referrers},
 * which lists what refers to an image in its registry.
 */
final class CacheListing {
  private static final Flag<Boolean> JSON_LIST =
      Flag.flag("Print JSON: name, digest, mediaType, and size in bytes.", "--json");
  private static final Flag<Boolean> JSON_USAGE =
      Flag.flag("Print JSON, with sizes in bytes.", "--json");
  private static final Flag<Boolean> JSON_REFERRERS =
      Flag.flag("Print JSON: name, artifactType, mediaType, and size in bytes.", "--json");

  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  CacheListing(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = progress;
  }

  /** Returns the names of the images in the store, which complete command lines. */
  static List<String> names(Settings settings, Progress progress) {
    return ImageStore.open(settings.cache(), settings.key(), progress).list().stream()
        .map(NamedDescriptor::name)
        .toList();
  }

  void addTo(CommandSyntax group) {
    group
        .with(
            command("ls", "List the images in the store.", this::list)
                .with(JSON_LIST)
                .example("linuxkit cache ls", "linuxkit cache ls --json"))
        .with(
            command("du", "Show the disk space that images use.", this::usage)
                .with(JSON_USAGE)
                .example("linuxkit cache du"))
        .with(
            command(
                    "referrers",
                    "List the signatures and other artefacts that refer to an image in its registry.",
                    this::referrers)
                .with(JSON_REFERRERS)
                .arguments("1", "IMAGE", "Name of an image in a registry.")
                .example("linuxkit cache referrers registry.example/team/app:1"));
  }

  private ImageStore store() {
    return ImageStore.open(global.settings().cache(), global.settings().key(), progress);
  }

  private int list(Flags flags) {
    List<NamedDescriptor> images =
        store().list().stream().sorted(Comparator.comparing(NamedDescriptor::name)).toList();
    if (flags.get(JSON_LIST)) {
      terminal.out().json(new JsonArray(images.stream().map(CacheListing::json).toList()));
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("IMAGE", "DIGEST"));
    images.forEach(image -> rows.add(List.of(image.name(), image.root().digest().toString())));
    terminal.out().table(rows);
    return 0;
  }

  private static Json json(NamedDescriptor image) {
    return JsonObject.builder()
        .put("name", image.name())
        .put("digest", image.root().digest().toString())
        .put("mediaType", image.root().mediaType())
        .put("size", image.root().size())
        .build();
  }

  private int usage(Flags flags) {
    DiskUsage usage = DiskUsage.of(store());
    long downloads = DebianArchive.prunable(global.settings().debianCache());
    List<DiskUsage.ImageUsage> images =
        usage.images().stream()
            .sorted(
                Comparator.comparingLong(DiskUsage.ImageUsage::size)
                    .reversed()
                    .thenComparing(image -> image.image().name()))
            .toList();
    if (flags.get(JSON_USAGE)) {
      terminal
          .out()
          .json(
              JsonObject.builder()
                  .put("images", new JsonArray(images.stream().map(CacheListing::json).toList()))
                  .put("blobs", usage.blobs())
                  .put("unneeded", usage.unneeded())
                  .put("derived", usage.derived())
                  .put("downloads", downloads)
                  .build());
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("IMAGE", "SIZE", "UNSHARED"));
    images.forEach(
        image ->
            rows.add(
                List.of(
                    image.image().name(),
                    ByteSize.text(image.size()),
                    ByteSize.text(image.own()))));
    terminal.out().table(rows);
    terminal.out().emptyLine();
    terminal
        .out()
        .table(
            List.of(
                List.of("images", ByteSize.text(usage.blobs() - usage.unneeded())),
                List.of("unneeded", ByteSize.text(usage.unneeded())),
                List.of("derived", ByteSize.text(usage.derived())),
                List.of("downloads", ByteSize.text(downloads))));
    return 0;
  }

  private static Json json(DiskUsage.ImageUsage image) {
    return JsonObject.builder()
        .put("name", image.image().name())
        .put("size", image.size())
        .put("own", image.own())
        .build();
  }

  private int referrers(Flags flags) {
    Reference image = References.withTag(Reference.parse(flags.arguments().getFirst()));
    try (RegistryClient client = ImageAccess.client(global.settings(), progress)) {
      Digest subject = client.manifest(image).descriptor().digest();
      List<Referrer> referrers = client.referrers(image, subject);
      if (flags.get(JSON_REFERRERS)) {
        terminal
            .out()
            .json(new JsonArray(referrers.stream().map(each -> json(image, each)).toList()));
        return 0;
      }
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("REFERRER", "TYPE"));
      referrers.forEach(each -> rows.add(List.of(name(image, each), type(each))));
      terminal.out().table(rows);
      return 0;
    }
  }

  /** Returns the name that pulls the referrer. */
  private static String name(Reference image, Referrer referrer) {
    return image.locator() + "@" + referrer.manifest().digest();
  }

  private static String type(Referrer referrer) {
    return referrer.artifactType().isEmpty()
        ? referrer.manifest().mediaType()
        : referrer.artifactType();
  }

  private static Json json(Reference image, Referrer referrer) {
    return JsonObject.builder()
        .put("name", name(image, referrer))
        .put("artifactType", referrer.artifactType())
        .put("mediaType", referrer.manifest().mediaType())
        .put("size", referrer.manifest().size())
        .build();
  }
}
