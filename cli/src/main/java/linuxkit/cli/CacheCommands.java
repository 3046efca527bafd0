package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.ByteSize;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryClient;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.packaging.debian.DebianArchive;

/** {@code linuxkit cache}: looks after the image store. */
final class CacheCommands {
  private static final String PUBLISHED_ONLY = "--published-only";

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
        Commands.group(terminal, "cache", "Look after the image store.")
            .example("linuxkit cache ls");
    new CacheListing(terminal, global, progress).addTo(group);
    new CacheTransfers(terminal, global, progress).addTo(group);
    return group
        .with(
            command("verify", "Read everything back and name what is damaged.", commands::verify)
                .example("linuxkit cache verify"))
        .with(
            command("rm", "Remove images; what other images need stays.", commands::remove)
                .flag(PUBLISHED_ONLY, "Only those that their registry has too, the very same.")
                .arguments("1..*", "IMAGE…", "Names of images.")
                .example("linuxkit cache rm docker.io/library/nginx:1.27"))
        .with(
            command(
                    "clean",
                    "Delete what no image needs, what is derived from images, and downloads.",
                    commands::clean)
                .flag("--all", "Remove all images first.")
                .flag(PUBLISHED_ONLY, "Remove first the images that their registry has too.")
                .example("linuxkit cache clean", "linuxkit cache clean --published-only"));
  }

  private ImageStore store() {
    return ImageStore.open(global.cache(), progress);
  }

  private int verify(Flags flags) {
    List<BlobFailure> damaged = new Housekeeping(store()).verify();
    damaged.forEach(failure -> terminal.out().println(failure.what()));
    progress.info(damaged.isEmpty() ? "All is well." : damaged.size() + " damaged or missing");
    return damaged.isEmpty() ? 0 : 1;
  }

  private int remove(Flags flags) {
    ImageStore store = store();
    List<Reference> images = new ArrayList<>();
    for (String name : flags.arguments()) {
      images.add(named(store, Reference.parse(name)));
    }
    remove(store, flags.isSet(PUBLISHED_ONLY) ? published(store, images) : images);
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
      left |= housekeeping.remove(image) == Housekeeping.Removal.NAME;
    }
    if (left) {
      progress.info("The store is in use; what is left goes with 'linuxkit cache clean'.");
    }
  }

  /** Those whose registry has the very same under their names. */
  private List<Reference> published(ImageStore store, List<Reference> images) {
    List<Reference> published = new ArrayList<>();
    try (RegistryClient client = ImageAccess.client(global, progress)) {
      for (Reference image : images) {
        Optional<Descriptor> here = store.find(image);
        if (here.isPresent() && client.digest(image).equals(here.map(Descriptor::digest))) {
          published.add(image);
        } else {
          progress.info(image + " is not in its registry as it is here; it stays.");
        }
      }
    }
    return published;
  }

  private int clean(Flags flags) {
    ImageStore store = store();
    if (flags.isSet("--all") || flags.isSet(PUBLISHED_ONLY)) {
      List<Reference> images =
          store.list().stream().flatMap(image -> image.reference().stream()).toList();
      remove(store, flags.isSet(PUBLISHED_ONLY) ? published(store, images) : images);
    }
    long freed =
        new Housekeeping(store)
            .clean(
                () -> progress.info("Waiting for those who use the store."),
                () -> DebianArchive.prune(UserConfiguration.debianCache(global.cache())));
    progress.info("Freed " + ByteSize.text(freed) + ".");
    return 0;
  }
}
