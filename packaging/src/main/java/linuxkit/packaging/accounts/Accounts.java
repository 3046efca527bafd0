package linuxkit.packaging.accounts;

import java.util.List;

/**
 * The users and groups of an image.
 *
 * @param users by id
 * @param groups by id
 */
public record Accounts(List<User> users, List<Group> groups) {
  public Accounts {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }

  /** A user, as in {@code /etc/passwd}. */
  public record User(
      String name, long uid, long gid, String comment, String home, String shell, boolean locked) {}

  /**
   * A group, as in {@code /etc/group}.
   *
   * @param members sorted
   */
  public record Group(String name, long gid, List<String> members) {
    public Group {
      members = List.copyOf(members);
    }
  }

  /**
   * Decides on all ids.
   *
   * <p>Ids that {@code own} leaves open are counted up from 100 in the order in which they were
   * written, and those of {@code others} down from 999, so that neither changes the other's.
   *
   * @param own the requests of the component
   * @param others the requests of its packages; {@code own} has precedence in all but ids
   * @throws AccountFailure if there are contradictions
   */
  public static Accounts of(Requests own, Requests others) {
    AccountResolver resolver = new AccountResolver(own, others);
    return resolver.resolve();
  }
}
