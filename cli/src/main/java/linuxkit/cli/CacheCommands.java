package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.ByteSize;
import linuxkit.base.Progress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.References;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ImageAccess;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ArchitectureNames;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.packaging.LocalName;
import linuxkit.packaging.debian.DebianArchive;

/** {@code linuxkit cache}: manages the image store. */
final class CacheCommands {
  private static final Flag<Boolean> PUBLISHED_ONLY =
      Flag.flag(
          "Remove only images that their registry also has, with the same digest.",
          "--published-only");
  private static final Flag<Boolean> ALL =
      Flag.flag("Accepted for compatibility: all images are removed anyway.", "--all");
  private static final Flag<Boolean> PUBLISHED_FIRST =
      Flag.flag(
          "Keep images that their registry does not have with the same digest.",
          "--published-only");

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
    CommandSyntax group =
        Commands.group(terminal, "cache", "Manage the image store.").example("linuxkit cache ls");
    new CacheListing(terminal, global, progress).addTo(group);
    new CacheTransfers(terminal, global, progress).addTo(group);
    return group
        .with(
            command("verify", "Read every blob and list the damaged ones.", commands::verify)
                .example("linuxkit cache verify"))
        .with(
            command("rm", "Remove images; blobs that other images need are kept.", commands::remove)
                .with(PUBLISHED_ONLY)
                .arguments("1..*", "IMAGE…", "Names of images.")
                .suggesting(() -> CacheListing.names(global.settings(), progress))
                .example("linuxkit cache rm docker.io/library/nginx:1.27"))
        .with(
            command(
                    "clean",
                    "Empty the store: delete all images, files derived from them, and downloads.",
                    commands::clean)
                .with(ALL)
                .with(PUBLISHED_FIRST)
                .example("linuxkit cache clean", "linuxkit cache clean --published-only"))
        .with(
            command(
                    "prune",
                    "Delete unneeded blobs, files derived from images, and downloads.",
                    commands::prune)
                .example("linuxkit cache prune"));
  }

  private ImageStore store() {
    return ImageStore.open(global.settings().cache(), global.settings().key(), progress);
  }

  private int verify(Flags flags) {
    List<BlobFailure> damaged = new Housekeeping(store()).verify();
    damaged.forEach(failure -> terminal.out().line(failure.what()));
    progress.info(
        damaged.isEmpty()
            ? "All blobs are intact."
            : damaged.size() + " blobs are damaged or missing.");
    return damaged.isEmpty() ? 0 : 1;
  }

  private int remove(Flags flags) {
    ImageStore store = store();
    List<Reference> images = new ArrayList<>();
    for (String name : flags.arguments()) {
      images.add(named(store, Reference.parse(name)));
    }
    remove(store, flags.get(PUBLISHED_ONLY) ? published(store, images) : images);
    return 0;
  }

  private static Reference named(ImageStore store, Reference reference) {
    Reference latest = References.withTag(reference);
    List<String> names = store.list().stream().map(NamedDescriptor::name).toList();
    return List.of(reference, latest).stream()
        .filter(name -> names.contains(name.toString()))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageFailure(
                    "no such image in the store: " + reference, "see 'linuxkit cache ls'"));
  }

  private void remove(ImageStore store, List<Reference> images) {
    Housekeeping housekeeping = new Housekeeping(store);
    boolean left = false;
    for (Reference image : images) {
      unnameArchitectures(store, housekeeping, image);
      left |= housekeeping.remove(image) == Housekeeping.Removal.NAME;
    }
    if (left) {
      progress.info(
          "The store is in use; run 'linuxkit cache prune' later to delete the remaining blobs.");
    }
  }

  private static void unnameArchitectures(
      ImageStore store, Housekeeping housekeeping, Reference image) {
    store
        .find(image)
        .map(root -> new ArchitectureNames(store).of(image, root))
        .orElse(List.of())
        .forEach(housekeeping::unname);
  }

  /** Returns the images whose registry has the same digest under their name. */
  private List<Reference> published(ImageStore store, List<Reference> images) {
    List<Reference> published = new ArrayList<>();
    try (RegistryClient client = ImageAccess.client(global.settings(), progress)) {
      for (Reference image : images) {
        Optional<Descriptor> here = store.find(image).filter(_ -> !LocalName.is(image));
        if (here.isPresent() && client.digest(image).equals(here.map(Descriptor::digest))) {
          published.add(image);
        } else {
          progress.info(image + " is kept: its registry does not have it with this digest.");
        }
      }
    }
    return published;
  }

  private int clean(Flags flags) {
    ImageStore store = store();
    List<Reference> all =
        store.list().stream().flatMap(image -> image.reference().stream()).toList();
    List<Reference> images = flags.get(PUBLISHED_FIRST) ? published(store, all) : all;
    Housekeeping housekeeping = new Housekeeping(store);
    for (Reference image : images) {
      unnameArchitectures(store, housekeeping, image);
      housekeeping.unname(image);
    }
    progress.info(
        "Removed "
            + (images.size() == 1 ? "1 image" : images.size() + " images")
            + ", and freed "
            + ByteSize.text(deleteUnneeded(store))
            + ".");
    return 0;
  }

  private int prune(Flags flags) {
    progress.info("Freed " + ByteSize.text(deleteUnneeded(store())) + ".");
    return 0;
  }

  private long deleteUnneeded(ImageStore store) {
    return new Housekeeping(store)
        .clean(
            () -> progress.info("Waiting for other processes that use the store."),
            () -> DebianArchive.prune(global.settings().debianCache()));
  }
}
