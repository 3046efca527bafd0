package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.own.NamedOutput;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.PlatformSyntax;
import linuxkit.cli.flags.References;
import linuxkit.cli.flags.SigningFlags;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.signing.ImageSigner;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageArchive;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.Pusher;
import linuxkit.oci.store.ArchitectureNames;
import linuxkit.oci.store.ImageStore;

/** {@code linuxkit cache pull}, {@code push}, {@code import} and {@code export}. */
final class CacheTransfers {
  private static final Flag<Optional<String>> PLATFORM =
      Flag.text(
          "OS/ARCH",
          "Pull only this platform (default: every platform of the image).",
          "--platform");
  private static final Flag<Boolean> SIGNATURES =
      Flag.flag(
          "Also fetch signatures and attestations, for policies applied without a network.",
          "--signatures");
  private static final Flag<Boolean> EXPORTED_SIGNATURES =
      Flag.flag(
          "Also export the signatures and attestations in the store, in oci format.",
          "--signatures");
  private static final Flag<Optional<String>> REMOTE_NAME =
      Flag.text(
          "NAME",
          "Name of the image in the registry (default: its name in the store).",
          "--remote-name");
  private static final Flag<Boolean> WITH_ARCH_TAGS =
      Flag.flag("Also tag each architecture's image as TAG-ARCH.", "--with-arch-tags");
  private static final Flag<Boolean> OVERRIDE =
      Flag.flag("Replace an image with the same name in the registry.", "--override");
  private static final Flag<Optional<String>> NAME =
      Flag.text("NAME", "Name for the image, if the archive has only one.", "--name");
  private static final Flag<Optional<String>> OUTFILE =
      Flag.text("FILE", "File to write; - is standard output.", "--outfile");
  private static final Flag<Optional<String>> FORMAT =
      Flag.text("FORMAT", "Archive format: oci (default), docker or filesystem.", "--format")
          .suggesting(() -> List.of("oci", "docker", "filesystem"));
  private static final Flag<Optional<String>> EXPORTED_PLATFORM =
      Flag.text(
          "OS/ARCH",
          "Platform to export (default: this machine's), or 'all' in oci format.",
          "--platform");
  private static final Flag<Optional<String>> EXPORTED_NAME =
      Flag.text(
          "NAME", "Name of the image in the archive (default: its name in the store).", "--name");

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
            command("pull", "Pull images from their registries.", this::pull)
                .with(PLATFORM)
                .with(SIGNATURES)
                .arguments("1..*", "IMAGE…", "Names of images.")
                .example(
                    "linuxkit cache pull docker.io/library/nginx:1.27",
                    "linuxkit cache pull --platform linux/arm64 redis"))
        .with(
            SigningFlags.addSign(command("push", "Push images to their registries.", this::push))
                .with(REMOTE_NAME)
                .with(WITH_ARCH_TAGS)
                .with(OVERRIDE)
                .arguments("1..*", "IMAGE…", "Names of images in the store.")
                .suggesting(this::names)
                .example(
                    "linuxkit cache push registry.example/team/app:1",
                    "linuxkit cache push --remote-name registry.example/nginx:1.27 nginx:1.27"))
        .with(
            command("import", "Import images from an archive.", this::load)
                .with(NAME)
                .arguments(
                    "1",
                    "FILE",
                    "An archive written by docker save, skopeo or 'cache export'; - is standard input.")
                .example(
                    "linuxkit cache import image.tar",
                    "docker save app:1 | linuxkit cache import -"))
        .with(
            command("export", "Export an image as an archive.", this::export)
                .with(OUTFILE)
                .with(FORMAT)
                .with(EXPORTED_PLATFORM)
                .with(EXPORTED_NAME)
                .with(EXPORTED_SIGNATURES)
                .arguments("1", "IMAGE", "Name of an image in the store.")
                .suggesting(this::names)
                .example(
                    "linuxkit cache export --format docker --outfile - app:1 | docker load",
                    "linuxkit cache export --format filesystem --outfile files.tar app:1"));
  }

  private List<String> names() {
    return CacheListing.names(global.settings(), progress);
  }

  private int pull(Flags flags) {
    Optional<Platform> platform = flags.get(PLATFORM).map(PlatformSyntax::parse);
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      Puller puller = access.images(Puller.When.ALWAYS);
      for (String name : flags.arguments()) {
        Reference reference = References.ofRegistry(References.withTag(Reference.parse(name)));
        Optional<Descriptor> before = access.store().find(reference);
        Descriptor root =
            platform.isPresent()
                ? puller.pull(reference, List.of(platform.get()))
                : puller.pullAll(reference);
        new ArchitectureNames(access.store()).update(reference, before, root);
        if (flags.get(SIGNATURES)) {
          int count = access.signatures().fetch(reference, root);
          progress.info(
              count == 1
                  ? "Fetched 1 signature or attestation."
                  : "Fetched " + count + " signatures and attestations.");
        }
        terminal.out().line(reference + "@" + root.digest());
      }
    }
    return 0;
  }

  private int push(Flags flags) {
    Optional<Reference> remote = flags.get(REMOTE_NAME).map(Reference::parse);
    if (remote.isPresent() && flags.arguments().size() > 1) {
      throw new UsageFailure(
          "--remote-name names one image, but several are pushed", "push one image at a time");
    }
    Pusher.Options options = new Pusher.Options(flags.get(OVERRIDE), flags.get(WITH_ARCH_TAGS));
    Optional<ImageSigner.Signature> signature =
        SigningFlags.of(flags, SigningFlags.SIGN, global.environment());
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      ImageSigner signer = new ImageSigner(access, progress);
      for (String name : flags.arguments()) {
        Reference image = Reference.parse(name);
        Reference target = References.ofRegistry(References.withTag(remote.orElse(image)));
        Descriptor root = root(access.store(), image);
        terminal.out().line(target + "@" + access.pusher().push(image, root, target, options));
        access.signatures().push(image, root, target);
        signature.ifPresent(with -> signer.sign(target, with));
      }
    } finally {
      signature.ifPresent(with -> with.key().close());
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
    Optional<Reference> name = flags.get(NAME).map(Reference::parse);
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
    ImageArchive.load(store, in, where, name, References::checkImported)
        .forEach(image -> terminal.out().line(image.name()));
  }

  private int export(Flags flags) {
    String file =
        flags
            .get(OUTFILE)
            .orElseThrow(
                () ->
                    new UsageFailure(
                        "--outfile is missing",
                        "use --outfile FILE, or --outfile - for standard output"));
    Reference image = Reference.parse(flags.arguments().getFirst());
    try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
      Reference name = flags.get(EXPORTED_NAME).map(Reference::parse).orElse(image);
      ImageExport export =
          new ImageExport(access.store(), image, root(access.store(), image), name);
      String format = flags.get(FORMAT).orElse("oci");
      String platform = flags.get(EXPORTED_PLATFORM).orElse(Platform.host().toString());
      boolean signed = flags.get(EXPORTED_SIGNATURES);
      write(file, out -> write(export, format, platform, signed, out));
    }
    return 0;
  }

  private void write(String file, NamedOutput.Writer writer) {
    Path path = Path.of(file.equals("-") ? "standard output" : file);
    try {
      if (file.equals("-")) {
        OutputStream out = new BufferedOutputStream(terminal.out().content(), BUFFER);
        writer.writeTo(out);
        out.flush();
        if (terminal.out().hasFailed()) {
          throw new UsageFailure("standard output was closed before the archive was complete", "");
        }
        return;
      }
      NamedOutput.write(
          path,
          target -> {
            OutputStream out = new BufferedOutputStream(target, BUFFER);
            writer.writeTo(out);
            out.flush();
          });
    } catch (IOException e) {
      throw FileFailure.of("cannot write the archive", path, e);
    }
  }

  private static void write(
      ImageExport export, String format, String platform, boolean signed, OutputStream out)
      throws IOException {
    boolean all = platform.equals("all");
    if (signed && !format.equals("oci")) {
      throw new UsageFailure(
          "an archive in " + format + " format cannot hold signatures", "use --format oci");
    }
    if (all && !format.equals("oci")) {
      throw new UsageFailure(
          "an archive in " + format + " format holds one platform", "use --platform OS/ARCH");
    }
    switch (format) {
      case "oci" ->
          export.writeOci(
              all ? Optional.empty() : Optional.of(PlatformSyntax.parse(platform)), signed, out);
      case "docker" -> export.writeDocker(PlatformSyntax.parse(platform), out);
      case "filesystem" -> export.writeFiles(PlatformSyntax.parse(platform), out);
      default ->
          throw new UsageFailure(
              "unknown archive format: " + format, "use oci, docker or filesystem");
    }
  }
}
