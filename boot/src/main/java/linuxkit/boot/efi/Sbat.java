package linuxkit.boot.efi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.Content;

/**
 * The metadata by which shim revokes programs (shim, "SBAT.md"): a line with the generation of each
 * component of a program. A unified kernel image has the lines of its stub and its kernel, and one
 * for itself.
 */
final class Sbat {
  static final String SECTION = ".sbat";

  private static final String VERSION =
      "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n";
  private static final String IMAGE =
      "uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/\n";
  // Maps bytes to characters one to one: names of components pass through unchanged.
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;
  private static final int LARGEST = 1 << 16;

  private Sbat() {}

  /** Returns a section with these components, and the unified kernel image itself. */
  static byte[] merged(List<String> components) {
    StringBuilder text = new StringBuilder(VERSION);
    components.forEach(line -> text.append(line).append('\n'));
    return text.append(IMAGE).append('\0').toString().getBytes(BYTES);
  }

  /**
   * Returns the component lines of a program's section, without the version header; empty if there
   * is no such section.
   *
   * @param where for messages
   * @throws LoaderFailure if the section is invalid
   */
  static List<String> components(PeImage image, Content program, String where) {
    Optional<PeImage.Section> section = image.section(SECTION);
    if (section.isEmpty()) {
      return List.of();
    }
    long start = section.get().rawOffset();
    long size = Math.min(section.get().virtualSize(), section.get().rawSize());
    if (size > LARGEST || start + size > program.size()) {
      throw new LoaderFailure("its section .sbat is damaged", where, "");
    }
    try (InputStream in = program.open()) {
      in.skipNBytes(start);
      String text = new String(in.readNBytes((int) size), BYTES);
      List<String> lines = text.replaceFirst("(?s)\0.*", "").lines().toList();
      return lines.stream().skip(1).filter(line -> !line.isEmpty()).toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot read " + where, e);
    }
  }
}
