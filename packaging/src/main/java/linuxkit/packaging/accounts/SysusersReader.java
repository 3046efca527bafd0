package linuxkit.packaging.accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.Metadata;
import linuxkit.packaging.accounts.Requests.Group;
import linuxkit.packaging.accounts.Requests.IdRange;
import linuxkit.packaging.accounts.Requests.Member;
import linuxkit.packaging.accounts.Requests.Primary;
import linuxkit.packaging.accounts.Requests.Profile;
import linuxkit.packaging.accounts.Requests.User;
import linuxkit.yaml.Position;

/** Reads files of {@code /usr/lib/sysusers.d} (sysusers.d(5)). */
final class SysusersReader {
  private static final int MOST_FIELDS = 6;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  private final String file;
  private final List<User> users = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final List<IdRange> ranges = new ArrayList<>();

  private SysusersReader(String file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param file its name in messages
   * @throws AccountFailure if a line is malformed, or means something that only the machine knows
   */
  static Requests read(String file, String text) {
    SysusersReader reader = new SysusersReader(file);
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String start = line.stripLeading();
      if (!start.isEmpty() && !start.startsWith("#")) {
        reader.readLine(number, line);
      }
    }
    return new Requests(reader.users, reader.groups, reader.members, reader.ranges);
  }

  private void readLine(int number, String line) {
    List<SysusersFields.Field> fields = SysusersFields.of(file, number, line);
    if (fields.size() > MOST_FIELDS) {
      throw AccountFailure.malformed(
          "the line has more than six fields", fields.get(MOST_FIELDS).position());
    }
    Line read = new Line(fields, new Position(file, number, 1));
    switch (fields.getFirst().text()) {
      case "u" -> addUser(read, false);
      case "u!" -> addUser(read, true);
      case "g" -> groups.add(new Group(read.name(1), read.id(2), read.start));
      case "m" -> members.add(new Member(read.name(1), read.name(2), true, read.start));
      case "r" -> ranges.add(read.range());
      default -> throw read.bad(0, "the type of the line is not supported");
    }
  }

  private void addUser(Line line, boolean locked) {
    String name = line.name(1);
    String id = line.field(2).orElse("");
    int colon = id.indexOf(':');
    String first = colon < 0 ? id : id.substring(0, colon);
    Optional<Long> uid =
        first.isEmpty() || first.equals("-")
            ? Optional.empty()
            : Optional.of(line.number(2, first));
    Primary group = Primary.Own.ANY;
    if (colon >= 0) {
      String second = id.substring(colon + 1);
      group =
          NUMBER.matcher(second).matches()
              ? new Primary.Numbered(line.number(2, second))
              : new Primary.Named(line.checkName(2, second));
    }
    Profile profile =
        new Profile(
            line.text(3, AccountText.COMMENT),
            line.text(4, AccountText.PATH),
            line.text(5, AccountText.PATH)
                .or(() -> name.equals("root") ? Optional.of("/bin/sh") : Optional.empty()));
    users.add(new User(name, uid, group, profile, locked, line.start));
  }

  private record Line(List<SysusersFields.Field> fields, Position start) {
    AccountFailure bad(int index, String what) {
      boolean there = index < fields.size();
      return AccountFailure.malformed(
          what + (there ? ": " + EntryName.quote(fields.get(index).text()) : ""),
          there ? fields.get(index).position() : start);
    }

    /** Returns a field; empty if it is missing or has the default. */
    Optional<String> field(int index) {
      return index < fields.size()
          ? Optional.of(fields.get(index).text()).filter(t -> !t.isEmpty() && !t.equals("-"))
          : Optional.empty();
    }

    String name(int index) {
      return checkName(index, field(index).orElse(""));
    }

    String checkName(int index, String name) {
      if (!AccountText.NAME.matcher(name).matches()) {
        throw bad(index, "not a name of a user or group");
      }
      return name;
    }

    Optional<String> text(int index, Pattern form) {
      Optional<String> text = field(index);
      if (text.isPresent() && !form.matcher(text.get()).matches()) {
        throw bad(index, "not a field of /etc/passwd");
      }
      return text;
    }

    Optional<Long> id(int index) {
      return field(index).map(text -> number(index, text));
    }

    long number(int index, String text) {
      if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > Metadata.MAX_ID) {
        throw bad(index, "expected an id, as only the machine knows others");
      }
      return Long.parseLong(text);
    }

    IdRange range() {
      String text = field(2).orElse("");
      int dash = text.indexOf('-');
      long first = number(2, dash < 0 ? text : text.substring(0, dash));
      long last = dash < 0 ? first : number(2, text.substring(dash + 1));
      if (first > last) {
        throw bad(2, "the range is empty");
      }
      return new IdRange(first, last);
    }
  }
}
