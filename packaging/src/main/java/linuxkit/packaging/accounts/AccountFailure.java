package linuxkit.packaging.accounts;

import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.yaml.Position;

/** The users and groups of an image contradict each other, or cannot be read. */
public final class AccountFailure extends Failure {
  private static final long serialVersionUID = 1;

  private AccountFailure(String what, Position where, String hint) {
    super(Printable.line(what), where.toString(), hint, null);
  }

  static AccountFailure otherId(
      String kind, String name, String first, long second, Position position) {
    return new AccountFailure(
        "the " + kind + " " + name + " has the id " + second + " here, but " + first,
        position,
        "give it the same id everywhere, or leave the id out");
  }

  static AccountFailure sameId(
      String kind, long id, String first, String second, Position position) {
    return new AccountFailure(
        "the " + kind + "s " + first + " and " + second + " have the same id, " + id,
        position,
        "give one of them another id");
  }

  static AccountFailure unknownGroup(String user, String group, Position position) {
    return new AccountFailure(
        "the user " + user + " is in the group " + group + ", which does not exist",
        position,
        "add it to groups");
  }

  static AccountFailure unknown(String kind, String name, Position position) {
    return new AccountFailure(
        "the image has no " + kind + " " + name, position, "add it to " + kind + "s");
  }

  static AccountFailure root(Position position) {
    return new AccountFailure("the user root has an id other than 0", position, "leave its id out");
  }

  static AccountFailure full(String name, Position position) {
    return new AccountFailure(
        "no id is left for " + name, position, "give it an id that no other has");
  }

  static AccountFailure malformed(String what, Position position) {
    return new AccountFailure(
        what,
        position,
        "add the path of this file to drop, and what it declares to users or groups");
  }
}
