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
 * What shim revokes programs by (shim, "SBAT.md"): a line for each component that is in a program,
 * with the generation that it is of. A unified kernel image has the lines of its stub and of its
 * kernel and one for itself.
 */
final class Sbat {
  static final String SECTION = ".sbat";

  private static final String VERSION =
      "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n";
  private static final String IMAGE =
      "uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/\n";
  // Whose names are in it is not for us to read: any byte stays as it is.
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;
  private static final int LARGEST = 1 << 16;

  private Sbat() {}

  static byte[] merged(List<String> components) {
    StringBuilder text = new StringBuilder(VERSION);
    components.forEach(line -> text.append(line).append('\n'));
    return text.append(IMAGE).append('\0').toString().getBytes(BYTES);
  }

  /**
   * The lines of a program's own section, without the first, which says of which form the others
   * are; none where it has no such section.
   *
   * @param where for messages
   * @throws LoaderFailure when the section cannot be one
   */
  static List<String> components(PeImage image, Content program, String where) {
    Optional<PeImage.Section> section = image.section(SECTION);
    if (section.isEmpty()) {
      return List.of();
    }
    long start = section.get().rawOffset();
    long size = Math.min(section.get().virtualSize(), section.get().rawSize());
    if (size > LARGEST || start + size > program.size()) {
      throw new LoaderFailure("its section .sbat is broken", where, "");
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
