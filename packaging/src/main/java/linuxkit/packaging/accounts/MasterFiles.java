package linuxkit.packaging.accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.packaging.accounts.Requests.Group;
import linuxkit.packaging.accounts.Requests.Primary;
import linuxkit.packaging.accounts.Requests.Profile;
import linuxkit.packaging.accounts.Requests.User;
import linuxkit.yaml.Position;

/** Reads the lists with which a Debian system begins, in the formats of passwd(5) and group(5). */
final class MasterFiles {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final int USER_FIELDS = 7;
  private static final int GROUP_FIELDS = 4;

  private MasterFiles() {}

  /**
   * Reads users.
   *
   * @param file its name in messages
   */
  static Requests users(String file, String text) {
    List<User> users = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      Position position = new Position(file, ++number, 1);
      String[] fields = fields(line, USER_FIELDS, position);
      users.add(
          new User(
              fields[0],
              Optional.of(id(fields[2], position)),
              new Primary.Numbered(id(fields[3], position)),
              new Profile(
                  Optional.of(fields[4]),
                  Optional.of(path(fields[5], position)),
                  Optional.of(path(fields[6], position))),
              false,
              position));
    }
    return new Requests(users, List.of(), List.of(), List.of());
  }

  /**
   * Reads groups, without their members.
   *
   * @param file its name in messages
   */
  static Requests groups(String file, String text) {
    List<Group> groups = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      Position position = new Position(file, ++number, 1);
      String[] fields = fields(line, GROUP_FIELDS, position);
      groups.add(new Group(fields[0], Optional.of(id(fields[2], position)), position));
    }
    return new Requests(List.of(), groups, List.of(), List.of());
  }

  private static String[] fields(String line, int count, Position position) {
    String[] fields = line.split(":", -1);
    if (fields.length != count
        || !AccountText.NAME.matcher(fields[0]).matches()
        || !AccountText.COMMENT.matcher(line.replace(":", "")).matches()) {
      throw AccountFailure.malformed("the line does not have the form of the file", position);
    }
    return fields;
  }

  private static long id(String text, Position position) {
    if (!NUMBER.matcher(text).matches()) {
      throw AccountFailure.malformed("the line has no id", position);
    }
    return Long.parseLong(text);
  }

  private static String path(String text, Position position) {
    if (!AccountText.PATH.matcher(text).matches()) {
      throw AccountFailure.malformed("the line has no absolute path", position);
    }
    return text;
  }
}
