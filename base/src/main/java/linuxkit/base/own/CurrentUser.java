package linuxkit.base.own;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Lazy;
import org.jspecify.annotations.Nullable;

/** The effective user of this process, whose rights the kernel checks. */
public final class CurrentUser {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern IDS = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)\\s");
  private static final Lazy<Integer> ID = new Lazy<>(CurrentUser::read);
  private static final Lazy<Boolean> ALL_USERS = new Lazy<>(CurrentUser::readMap);

  private CurrentUser() {}

  /** Returns the number of the effective user. */
  public static int id() {
    return ID.get();
  }

  /**
   * Returns whether a user's files are as good as one's own: the user's, root's, and, for root by
   * way of {@code sudo}, those of the user who called it.
   */
  static boolean trusts(int user) {
    return trusts(user, id(), System.getenv("SUDO_UID"));
  }

  static boolean trusts(int user, int self, @Nullable String sudo) {
    return user == 0 || user == self || (self == 0 && Integer.toString(user).equals(sudo));
  }

  /** Returns whether every user has a number in the user namespace of this process. */
  static boolean seesAllUsers() {
    return ALL_USERS.get();
  }

  private static boolean readMap() {
    try {
      return Files.readString(Path.of("/proc/self/uid_map"), StandardCharsets.ISO_8859_1)
          .strip()
          .replaceAll(" +", " ")
          .equals("0 0 4294967295");
    } catch (IOException _) {
      return true;
    }
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
