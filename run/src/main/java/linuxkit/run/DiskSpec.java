package linuxkit.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk of the guest: an existing file, or one to create.
 *
 * @param file empty for a file in the state directory
 * @param size in bytes, if the disk may be created; empty if the file must exist
 * @param format QEMU's name of the format; empty to detect it, or for qcow2 if the disk is created
 */
public record DiskSpec(Optional<Path> file, OptionalLong size, Optional<String> format) {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([MG]?)");
  private static final Pattern FORMAT = Pattern.compile("[a-z0-9-]+");
  private static final String HINT = "write file=PATH,size=1G,format=qcow2; a size ends in M or G";

  public DiskSpec {
    if (file.isEmpty() && size.isEmpty()) {
      throw new OptionFailure("a disk needs a file or a size", HINT);
    }
  }

  /** Returns a disk in an existing file, of any format. */
  public static DiskSpec of(Path file) {
    return new DiskSpec(Optional.of(file), OptionalLong.empty(), Optional.empty());
  }

  /**
   * Reads comma-separated {@code file=PATH} (or a bare path), {@code size=N[M|G]} (a bare number
   * counts GiB) and {@code format=NAME}.
   *
   * @throws OptionFailure for anything else
   */
  public static DiskSpec parse(String text) {
    Optional<Path> file = Optional.empty();
    OptionalLong size = OptionalLong.empty();
    Optional<String> format = Optional.empty();
    for (String item : text.split(",", -1)) {
      int equals = item.indexOf('=');
      String key = equals < 0 ? "file" : item.substring(0, equals);
      String value = item.substring(equals + 1);
      switch (key) {
        case "file" -> file = Optional.of(path(value, text));
        case "size" -> size = OptionalLong.of(bytes(value));
        case "format" -> format = Optional.of(formatName(value));
        default ->
            throw new OptionFailure(
                "unknown key \"" + key + "\" in the disk \"" + text + "\"", HINT);
      }
    }
    return new DiskSpec(file, size, format);
  }

  private static Path path(String value, String text) {
    if (value.isEmpty() || value.indexOf('\0') >= 0) {
      throw new OptionFailure("missing file name in the disk \"" + text + "\"", HINT);
    }
    return Path.of(value);
  }

  private static long bytes(String value) {
    Matcher matcher = SIZE.matcher(value);
    long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    if (number == 0) {
      throw new OptionFailure("invalid disk size \"" + value + "\"", HINT);
    }
    return number << ("M".equals(matcher.group(2)) ? 20 : 30);
  }

  private static String formatName(String value) {
    if (!FORMAT.matcher(value).matches()) {
      throw new OptionFailure("invalid disk format \"" + value + "\"", HINT);
    }
    return value;
  }
}
