package linuxkit.packaging.accounts;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.yaml.Position;

/**
 * The users and groups that somebody asks for, each list in the order in which it was written.
 *
 * @param members users that also belong to a group
 * @param ranges the ids to choose from; empty for the default range
 */
public record Requests(
    List<User> users, List<Group> groups, List<Member> members, List<IdRange> ranges) {
  /** No requests. */
  public static final Requests NONE = new Requests(List.of(), List.of(), List.of(), List.of());

  public Requests {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
    members = List.copyOf(members);
    ranges = List.copyOf(ranges);
  }

  /**
   * A user. Whatever is empty is left to others, and then to the defaults.
   *
   * @param locked whether nobody may log in as this user by any means
   */
  public record User(
      String name,
      Optional<Long> uid,
      Primary group,
      Profile profile,
      boolean locked,
      Position position) {

    /** Returns this user with what only another request for the same name decides. */
    User or(User other) {
      if (uid.isPresent() && other.uid.isPresent() && !uid.equals(other.uid)) {
        throw AccountFailure.otherId(
            "user", name, uid.get() + " at " + position, other.uid.get(), other.position);
      }
      return new User(
          name,
          uid.or(other::uid),
          group.equals(Primary.Own.ANY) ? other.group : group,
          profile.or(other.profile),
          locked || other.locked,
          position);
    }
  }

  /** The fields of a user in {@code /etc/passwd} besides names and ids. */
  public record Profile(Optional<String> comment, Optional<String> home, Optional<String> shell) {
    /** A profile that leaves everything open. */
    public static final Profile ANY =
        new Profile(Optional.empty(), Optional.empty(), Optional.empty());

    Profile or(Profile other) {
      return new Profile(comment.or(other::comment), home.or(other::home), shell.or(other::shell));
    }
  }

  /** The group that a user's files belong to. */
  public sealed interface Primary {
    /** A group of the user's name; empty for any id. */
    record Own(Optional<Long> gid) implements Primary {
      public static final Own ANY = new Own(Optional.empty());
    }

    /** Another group. */
    record Named(String group) implements Primary {}

    /** The group with this id, which somebody else asks for. */
    record Numbered(long gid) implements Primary {}
  }

  /** A group; empty for any id. */
  public record Group(String name, Optional<Long> gid, Position position) {
    Group or(Group other) {
      if (gid.isPresent() && other.gid.isPresent() && !gid.equals(other.gid)) {
        throw AccountFailure.otherId(
            "group", name, gid.get() + " at " + position, other.gid.get(), other.position);
      }
      return new Group(name, gid.or(other::gid), position);
    }
  }

  /**
   * A user that also belongs to a group.
   *
   * @param creates whether to create a user or group that nobody else asks for
   */
  public record Member(String user, String group, boolean creates, Position position) {}

  /** A range of ids, both ends included. */
  public record IdRange(long first, long last) {}

  public boolean isEmpty() {
    return users.isEmpty() && groups.isEmpty() && members.isEmpty();
  }

  /** Returns these requests followed by others. */
  public Requests and(Requests others) {
    return new Requests(
        both(users, others.users),
        both(groups, others.groups),
        both(members, others.members),
        both(ranges, others.ranges));
  }

  private static <T> List<T> both(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
