package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.util.Comparator;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.oci.Reference;
import linuxkit.oci.json.Json;
import linuxkit.oci.json.JsonArray;
import linuxkit.oci.json.JsonFormat;
import linuxkit.oci.json.JsonObject;
import linuxkit.oci.registry.Puller;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.NamedDescriptor;

/** {@code linuxkit cache}: looks after the image store. */
final class CacheCommands {
  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  private CacheCommands(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = progress;
  }

  static CommandSyntax syntax(Terminal terminal, GlobalFlags global, Progress progress) {
    CacheCommands commands = new CacheCommands(terminal, global, progress);
    return Commands.group(terminal, "cache", "Look after the image store.")
        .with(
            command("ls", "List the images of the store.", commands::list)
                .flag("--json", "Print JSON: name, digest, mediaType and size in bytes of each.")
                .example("linuxkit cache ls", "linuxkit cache ls --json"))
        .with(
            command("pull", "Fetch images from their registries.", commands::pull)
                .text(
                    "--platform",
                    "OS/ARCH",
                    "Only this platform (default: all that an image is for).")
                .arguments("1..*", "IMAGE…", "Names of images.")
                .example(
                    "linuxkit cache pull docker.io/library/nginx:1.27",
                    "linuxkit cache pull --platform linux/arm64 redis"))
        .with(
            command("verify", "Read everything back and name what is damaged.", commands::verify)
                .example("linuxkit cache verify"))
        .with(
            command("rm", "Remove images; what other images need stays.", commands::remove)
                .arguments("1..*", "IMAGE…", "Names of images.")
                .example("linuxkit cache rm docker.io/library/nginx:1.27"))
        .with(
            command(
                    "clean",
                    "Delete what no image needs, and what is derived from images.",
                    commands::clean)
                .example("linuxkit cache clean"))
        .example("linuxkit cache ls");
  }

  private int list(Flags flags) {
    try (ImageAccess access = new ImageAccess(global, progress)) {
      List<NamedDescriptor> images =
          access.store().list().stream()
              .sorted(Comparator.comparing(NamedDescriptor::name))
              .toList();
      if (flags.isSet("--json")) {
        List<Json> entries = images.stream().map(CacheCommands::json).toList();
        terminal.out().println(JsonFormat.indented(2).write(new JsonArray(entries)));
      } else {
        table(images);
      }
    }
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

  private void table(List<NamedDescriptor> images) {
    int width = images.stream().mapToInt(image -> image.name().length()).max().orElse(0);
    for (NamedDescriptor image : images) {
      terminal
          .out()
          .println(
              image.name() + " ".repeat(width - image.name().length() + 2) + image.root().digest());
    }
  }

  private int verify(Flags flags) {
    try (ImageAccess access = new ImageAccess(global, progress)) {
      List<BlobFailure> damaged = new Housekeeping(access.store()).verify();
      damaged.forEach(failure -> terminal.out().println(failure.what()));
      progress.info(damaged.isEmpty() ? "All is well." : damaged.size() + " damaged or missing");
      return damaged.isEmpty() ? 0 : 1;
    }
  }

  private int remove(Flags flags) {
    try (ImageAccess access = new ImageAccess(global, progress)) {
      Housekeeping housekeeping = new Housekeeping(access.store());
      for (String name : flags.arguments()) {
        if (!housekeeping.remove(Reference.parse(name))) {
          throw new UsageFailure("no such image in the store: " + name, "see 'linuxkit cache ls'");
        }
      }
    }
    return 0;
  }

  private int clean(Flags flags) {
    try (ImageAccess access = new ImageAccess(global, progress)) {
      progress.info("Freed " + Console.size(new Housekeeping(access.store()).clean()) + ".");
    }
    return 0;
  }

  private int pull(Flags flags) {
    try (ImageAccess access = new ImageAccess(global, progress)) {
      Puller puller = access.images(Puller.When.ALWAYS);
      for (String name : flags.arguments()) {
        Reference reference = Reference.parse(name);
        if (flags.text("--platform").isPresent()) {
          puller.pull(reference, List.of(PlatformSyntax.parse(flags.text("--platform").get())));
        } else {
          puller.pullAll(reference);
        }
      }
    }
    return 0;
  }
}
