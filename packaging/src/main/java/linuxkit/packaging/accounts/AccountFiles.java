package linuxkit.packaging.accounts;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The files with the users and groups of an image. */
public final class AccountFiles {
  /** The paths of the files in an image, without leading slashes. */
  public static final List<String> PATHS = List.of("etc/passwd", "etc/group", "etc/shadow");

  private AccountFiles() {}

  /**
   * A file.
   *
   * @param path without a leading slash
   */
  public record AccountFile(String path, int mode, long gid, String text) {}

  /** Returns the files, which have the order of {@link #PATHS}. */
  public static List<AccountFile> of(Accounts accounts) {
    long shadow =
        accounts.groups().stream()
            .filter(group -> group.name().equals("shadow"))
            .map(Accounts.Group::gid)
            .findFirst()
            .orElse(0L);
    return List.of(
        new AccountFile("etc/passwd", 0644, 0, lines(accounts.users(), AccountFiles::passwd)),
        new AccountFile("etc/group", 0644, 0, lines(accounts.groups(), AccountFiles::group)),
        new AccountFile("etc/shadow", 0640, shadow, lines(accounts.users(), AccountFiles::shadow)));
  }

  private static <T> String lines(List<T> all, Function<T, List<String>> fields) {
    return all.stream()
        .map(each -> String.join(":", fields.apply(each)) + "\n")
        .collect(Collectors.joining());
  }

  private static List<String> passwd(Accounts.User user) {
    return List.of(
        user.name(),
        "x",
        String.valueOf(user.uid()),
        String.valueOf(user.gid()),
        user.comment(),
        user.home(),
        user.shell());
  }

  private static List<String> group(Accounts.Group group) {
    return List.of(
        group.name(), "x", String.valueOf(group.gid()), String.join(",", group.members()));
  }

  // No password matches the asterisk, but sshd lets keys in; with the exclamation mark, and an
  // account that ended on the first day of 1970, it does not.
  private static List<String> shadow(Accounts.User user) {
    return user.locked()
        ? List.of(user.name(), "!*", "", "", "", "", "", "1", "")
        : List.of(user.name(), "*", "", "", "", "", "", "", "");
  }
}
