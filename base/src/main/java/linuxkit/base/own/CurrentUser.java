package linuxkit.base.own;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Lazy;

/** The effective user of this process, whose rights the kernel checks. */
public final class CurrentUser {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern IDS = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)\\s");
  private static final Lazy<Integer> ID = new Lazy<>(CurrentUser::read);

  private CurrentUser() {}

  /** Returns the number of the effective user. */
  public static int id() {
    return ID.get();
  }

  private static int read() {
    try {
      Matcher ids = IDS.matcher(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
      if (ids.find()) {
        return Integer.parseUnsignedInt(ids.group(1));
      }
    } catch (IOException _) {
      // There is no /proc: see below.
    }
    try {
      // A new file belongs to the effective user.
      Path probe = Files.createTempFile("linuxkit-user", "");
      try {
        return UnixAttributes.of(probe).user();
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
