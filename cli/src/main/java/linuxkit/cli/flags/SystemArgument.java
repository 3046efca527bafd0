package linuxkit.cli.flags;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import linuxkit.base.FileFailure;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.engine.ManifestFetcher;
import linuxkit.oci.Reference;

/** A system or an image that a command inspects. */
public sealed interface SystemArgument {
  /** A file, address or {@code -}. */
  record Manifest(String name) implements SystemArgument {}

  record Tar(Path file) implements SystemArgument {}

  /** A built initrd; its kernel and command line may be missing. */
  record Initrd(Path initrd, Path kernel, Path cmdline) implements SystemArgument {}

  record ImageName(Reference reference) implements SystemArgument {}

  /**
   * Recognises a manifest, a built system or the name of an image by the files of that name, and a
   * file by its first bytes.
   */
  static SystemArgument of(String text) {
    if (text.equals("-") || ManifestFetcher.isAddress(text)) {
      return new Manifest(text);
    }
    Path file = Path.of(text);
    if (Files.exists(file)) {
      return ofFile(text, file);
    }
    if (Files.exists(Path.of(text + Formats.KERNEL_INITRD.rootSuffix()))) {
      return initrd(text);
    }
    if (text.matches("[./].*|.*\\.(ya?ml|tar|img)")) {
      throw FileFailure.of("cannot read", file, new NoSuchFileException(text));
    }
    return new ImageName(Reference.parse(text));
  }

  private static Initrd initrd(String name) {
    Format.KernelAnd files = Formats.KERNEL_INITRD;
    return new Initrd(
        Path.of(name + files.rootSuffix()),
        Path.of(name + files.kernelSuffix()),
        Path.of(name + files.commandLineSuffix()));
  }

  private static SystemArgument ofFile(String text, Path file) {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(512);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
    String hex = HexFormat.of().formatHex(start);
    String suffix = Formats.KERNEL_INITRD.rootSuffix();
    if (new String(start, StandardCharsets.ISO_8859_1).startsWith("ustar", 257)) {
      return new Tar(file);
    }
    if (hex.startsWith("303730373031") || hex.startsWith("1f8b") || hex.startsWith("28b52ffd")) {
      String name =
          text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      Initrd named = initrd(name);
      return new Initrd(file, named.kernel(), named.cmdline());
    }
    return new Manifest(text);
  }
}
