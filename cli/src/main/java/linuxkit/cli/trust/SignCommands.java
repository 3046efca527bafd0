package linuxkit.cli.trust;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.References;
import linuxkit.cli.flags.SigningFlags;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.Settings;
import linuxkit.engine.signing.ImageSigner;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.oci.signatures.SignatureTypes;

/** {@code linuxkit sign} and {@code attest}. */
public final class SignCommands {
  private static final int MAX_PREDICATE = 2 << 20;

  private static final Flag<Optional<String>> PREDICATE =
      Flag.text("FILE", "The statement's content, a JSON object.", "--predicate");
  private static final Flag<Optional<String>> TYPE =
      Flag.text(
              "TYPE",
              "The type of the content: spdx, cyclonedx, slsaprovenance1, or a URI.",
              "--type")
          .suggesting(() -> List.of("spdx", "cyclonedx", "slsaprovenance1"));

  private static final Map<String, String> TYPES =
      Map.of(
          "spdx", "https://spdx.dev/Document",
          "cyclonedx", "https://cyclonedx.org/bom",
          "slsaprovenance1", "https://slsa.dev/provenance/v1");
  private static final Map<String, String> PLAIN =
      Map.of("spdx", SignatureTypes.SPDX, "cyclonedx", SignatureTypes.CYCLONEDX);

  private final Terminal terminal;
  private final Supplier<Settings> settings;
  private final Progress progress;

  private SignCommands(Terminal terminal, Supplier<Settings> settings, Progress progress) {
    this.terminal = terminal;
    this.settings = settings;
    this.progress = progress;
  }

  /** Returns the command that signs images. */
  public static CommandSyntax sign(
      Terminal terminal, Supplier<Settings> settings, Progress progress) {
    SignCommands commands = new SignCommands(terminal, settings, progress);
    return SigningFlags.addKey(command("sign", "Sign images in their registries.", commands::sign))
        .arguments(
            "1..*",
            "IMAGE…",
            "The names of images in registries; with a digest, exactly that image is signed.")
        .example(
            "linuxkit sign --key builder.pem registry.example/team/app:1",
            "linuxkit sign --key 'pkcs11:token=builder;object=signing' registry.example/team/app:1");
  }

  /** Returns the command that attaches statements to images. */
  public static CommandSyntax attest(
      Terminal terminal, Supplier<Settings> settings, Progress progress) {
    SignCommands commands = new SignCommands(terminal, settings, progress);
    return SigningFlags.addKey(
            command(
                "attest",
                "Attach a bill of materials or another statement to an image in its registry, signed if"
                    + " --key is given.",
                commands::attest))
        .with(PREDICATE)
        .with(TYPE)
        .arguments("1", "IMAGE", "The name of an image in a registry.")
        .example(
            "linuxkit attest --predicate app.spdx.json --type spdx --key builder.pem"
                + " registry.example/team/app:1",
            "linuxkit attest --predicate app.cdx.json --type cyclonedx"
                + " registry.example/team/app:1");
  }

  private int sign(Flags flags) {
    ImageSigner.Signature signature =
        SigningFlags.of(flags, SigningFlags.KEY, terminal.environment())
            .orElseThrow(
                () -> new UsageFailure("--key is missing", "name the key that signs with it"));
    try (var _ = signature.key();
        ImageAccess access = new ImageAccess(settings.get(), progress)) {
      ImageSigner signer = new ImageSigner(access, progress);
      List<Reference> images = flags.arguments().stream().map(name -> reference(name)).toList();
      for (Reference image : images) {
        terminal.out().line(image.locator() + "@" + signer.sign(image, signature));
      }
    }
    return 0;
  }

  private static Reference reference(String name) {
    return References.ofRegistry(References.withTag(Reference.parse(name)));
  }

  private int attest(Flags flags) {
    String type = required(flags, TYPE);
    String file = required(flags, PREDICATE);
    if (!TYPES.containsKey(type) && !type.matches("[a-z][a-z0-9+.-]*:[!-~]+")) {
      throw new UsageFailure(
          "unknown type of statement: " + type,
          "use spdx, cyclonedx, slsaprovenance1, or the URI of another type");
    }
    Reference image = reference(flags.arguments().getFirst());
    byte[] predicate = read(Path.of(file));
    JsonObject content = object(predicate, file);
    Optional<ImageSigner.Signature> signature =
        SigningFlags.of(flags, SigningFlags.KEY, terminal.environment());
    if (signature.isEmpty() && !PLAIN.containsKey(type)) {
      throw new UsageFailure(
          "only bills of materials are attached without a signature",
          "name a key with --key, or use --type spdx or cyclonedx");
    }
    try (ImageAccess access = new ImageAccess(settings.get(), progress)) {
      ImageSigner signer = new ImageSigner(access, progress);
      Digest digest;
      if (signature.isEmpty()) {
        digest = signer.attach(image, PLAIN.getOrDefault(type, ""), predicate);
      } else {
        try (var _ = signature.get().key()) {
          digest = signer.attest(image, TYPES.getOrDefault(type, type), content, signature.get());
        }
      }
      terminal.out().line(image.locator() + "@" + digest);
    }
    return 0;
  }

  private static String required(Flags flags, Flag<Optional<String>> flag) {
    return flags
        .get(flag)
        .orElseThrow(() -> new UsageFailure(flag.name() + " is missing", "see 'attest --help'"));
  }

  // An attestation is a document of at most 4 MiB, in which the content is written in base64.
  private static byte[] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_PREDICATE + 1);
      if (content.length > MAX_PREDICATE) {
        throw new UsageFailure(
            file + " is longer than " + MAX_PREDICATE + " bytes", "attach a smaller file");
      }
      return content;
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  private static JsonObject object(byte[] content, String file) {
    if (Json.parse(content, file) instanceof JsonObject object) {
      return object;
    }
    throw new UsageFailure(file + " is not a JSON object", "give a file with a JSON object");
  }
}
