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
