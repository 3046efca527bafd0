package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.engine.ImageAccess;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageArchive;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.Pusher;
import linuxkit.oci.store.ImageStore;

/** {@code linuxkit cache pull}, {@code push}, {@code import} and {@code export}. */
final class CacheTransfers {
  private static final int BUFFER = 1 << 17;

  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  CacheTransfers(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = progress;
  }

  void addTo(CommandSyntax group) {
    group
        .with(
            command("pull", "Fetch images from their registries.", this::pull)
                .text(
                    "--platform",
                    "OS/ARCH",
                    "Only this platform (default: all that an image is for).")
                .arguments("1..*", "IMAGE…", "Names of images.")
                .example(
                    "linuxkit cache pull docker.io/library/nginx:1.27",
                    "linuxkit cache pull --platform linux/arm64 redis"))
        .with(
            command("push", "Bring images to their registries.", this::push)
                .text("--remote-name", "NAME", "What the image is called there (default: as here).")
                .flag("--with-arch-tags", "Tag the image of each architecture too: TAG-ARCH.")
                .flag("--override", "Push even when the registry has something of that name.")
                .arguments("1..*", "IMAGE…", "Names of images of the store.")
                .example(
                    "linuxkit cache push registry.example/team/app:1",
                    "linuxkit cache push --remote-name registry.example/nginx:1.27 nginx:1.27"))
        .with(
            command("import", "Take images out of an archive.", this::load)
                .text("--name", "NAME", "What the only image of the archive is called.")
                .arguments(
                    "1", "FILE", "What docker save, skopeo or 'cache export' wrote; - is a pipe.")
                .example(
                    "linuxkit cache import image.tar",
                    "docker save app:1 | linuxkit cache import -"))
        .with(
            command("export", "Write an image into an archive.", this::export)
                .text("--outfile", "FILE", "Where to; - is standard output.")
                .text("--format", "FORMAT", "oci (default), docker, or filesystem.")
                .text(
                    "--platform",
                    "OS/ARCH",
                    "Which image of several (default: for this machine); all, in oci form only.")
                .text("--name", "NAME", "What the archive says it is called (default: as here).")
                .arguments("1", "IMAGE", "Name of an image of the store.")
                .example(
                    "linuxkit cache export --format docker --outfile - app:1 | docker load",
                    "linuxkit cache export --format filesystem --outfile files.tar app:1"));
  }

  private int pull(Flags flags) {
    Optional<Platform> platform = flags.text("--platform").map(PlatformSyntax::parse);
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      Puller puller = access.images(Puller.When.ALWAYS);
      for (String name : flags.arguments()) {
        Reference reference = References.withTag(Reference.parse(name));
        Descriptor root =
            platform.isPresent()
                ? puller.pull(reference, List.of(platform.get()))
                : puller.pullAll(reference);
        terminal.out().println(reference + "@" + root.digest());
      }
    }
    return 0;
  }

  private int push(Flags flags) {
    Optional<Reference> remote = flags.text("--remote-name").map(Reference::parse);
    if (remote.isPresent() && flags.arguments().size() > 1) {
      throw new UsageFailure("several images cannot have one --remote-name", "push one at a time");
    }
    Pusher.Options options =
        new Pusher.Options(flags.isSet("--override"), flags.isSet("--with-arch-tags"));
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      for (String name : flags.arguments()) {
        Reference image = Reference.parse(name);
        Reference target = References.withTag(remote.orElse(image));
        Descriptor root = root(access.store(), image);
        terminal.out().println(target + "@" + access.pusher().push(image, root, target, options));
      }
    }
    return 0;
  }

  private static Descriptor root(ImageStore store, Reference image) {
    return store
        .find(image)
        .orElseThrow(() -> ImageNotFoundFailure.unknown(image, "the image store " + store.root()));
  }

  private int load(Flags flags) {
    String file = flags.arguments().getFirst();
    Optional<Reference> name = flags.text("--name").map(Reference::parse);
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      if (file.equals("-")) {
        load(access.store(), terminal.in(), "standard input", name);
        return 0;
      }
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        load(access.store(), in, file, name);
      } catch (IOException e) {
        throw FileFailure.of("cannot read the archive", Path.of(file), e);
      }
    }
    return 0;
  }

  private void load(ImageStore store, InputStream in, String where, Optional<Reference> name) {
    ImageArchive.load(store, in, where, name)
        .forEach(image -> terminal.out().println(image.name()));
  }

  private int export(Flags flags) {
    String file =
        flags
            .text("--outfile")
            .orElseThrow(
                () -> new UsageFailure("nothing says where to", "give --outfile FILE, or - ."));
    Reference image = Reference.parse(flags.arguments().getFirst());
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      Reference name = flags.text("--name").map(Reference::parse).orElse(image);
      ImageExport export =
          new ImageExport(access.store(), image, root(access.store(), image), name);
      String format = flags.text("--format").orElse("oci");
      String platform = flags.text("--platform").orElse(Platform.host().toString());
      write(file, out -> write(export, format, platform, out));
    }
    return 0;
  }

  private interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  private void write(String file, Writer writer) {
    Path path = Path.of(file.equals("-") ? "standard output" : file);
    try {
      if (file.equals("-")) {
        OutputStream out = new BufferedOutputStream(terminal.out(), BUFFER);
        writer.writeTo(out);
        out.flush();
        if (terminal.out().checkError()) {
          throw new UsageFailure("standard output was closed before all was written", "");
        }
        return;
      }
      try (AtomicFile target = AtomicFile.create(path)) {
        OutputStream out = new BufferedOutputStream(target.stream(), BUFFER);
        writer.writeTo(out);
        out.flush();
        target.commit();
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot write the archive", path, e);
    }
  }

  private static void write(ImageExport export, String format, String platform, OutputStream out)
      throws IOException {
    boolean all = platform.equals("all");
    if (all && !format.equals("oci")) {
      throw new UsageFailure(
          "an archive of form " + format + " holds one platform", "give --platform OS/ARCH");
    }
    switch (format) {
      case "oci" ->
          export.writeOci(
              all ? Optional.empty() : Optional.of(PlatformSyntax.parse(platform)), out);
      case "docker" -> export.writeDocker(PlatformSyntax.parse(platform), out);
      case "filesystem" -> export.writeFiles(PlatformSyntax.parse(platform), out);
      default ->
          throw new UsageFailure("unknown form: " + format, "give oci, docker or filesystem");
    }
  }
}
