package linuxkit.cli;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The flag {@code --size} of a build. */
final class DiskSize {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([MG]?)");

  private DiskSize() {}

  /** In bytes; empty without the flag. A number alone counts MiB, as in LinuxKit. */
  static OptionalLong of(Flags flags) {
    if (flags.text("--size").isEmpty()) {
      return OptionalLong.empty();
    }
    String text = flags.text("--size").get();
    Matcher matcher = SIZE.matcher(text);
    long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    if (number == 0) {
      throw new UsageFailure("cannot understand the disk size " + text, "write 512M or 2G");
    }
    return OptionalLong.of(number << (matcher.group(2).equals("G") ? 30 : 20));
  }
}
