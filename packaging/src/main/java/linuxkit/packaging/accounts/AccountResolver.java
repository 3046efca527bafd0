package linuxkit.packaging.accounts;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import linuxkit.packaging.accounts.Requests.Group;
import linuxkit.packaging.accounts.Requests.Member;
import linuxkit.packaging.accounts.Requests.Primary;
import linuxkit.packaging.accounts.Requests.Profile;
import linuxkit.packaging.accounts.Requests.User;
import linuxkit.yaml.Position;

/** Combines requests for users and groups, and gives ids to those that have none. */
final class AccountResolver {
  private final Requests own;
  private final Requests all;
  private final IdPool ids;
  private final Map<String, User> users = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, SortedSet<String>> members = new HashMap<>();
  private final Map<String, Long> uids = new HashMap<>();
  private final Map<String, Long> gids = new HashMap<>();

  AccountResolver(Requests own, Requests others) {
    this.own = own;
    this.all = own.and(others);
    this.ids = new IdPool(others.ranges());
  }

  Accounts resolve() {
    all.users().forEach(user -> users.merge(user.name(), user, User::or));
    all.members().stream().filter(Member::creates).forEach(this::addUser);
    users.putIfAbsent("root", StaticAccounts.root());
    all.groups().forEach(group -> groups.merge(group.name(), group, Group::or));
    users.replaceAll((_, user) -> withFixedIds(user));
    groups.replaceAll((_, group) -> withFixedId(group));
    users.values().forEach(this::addPrimaryGroup);
    all.members().forEach(this::addMember);
    takeFixedIds();
    allot(
        own.groups().stream().map(Group::name).toList(),
        own.users().stream().map(User::name).toList(),
        ids::first);
    // As systemd-sysusers does: groups of users' own come last.
    allot(
        Stream.concat(
                all.groups().stream().map(Group::name),
                all.members().stream().filter(Member::creates).map(Member::group))
            .toList(),
        users.keySet(),
        ids::last);
    return result();
  }

  private void addUser(Member member) {
    users.putIfAbsent(
        member.user(),
        new User(
            member.user(),
            Optional.empty(),
            Primary.Own.ANY,
            Profile.ANY,
            false,
            member.position()));
  }

  private static User withFixedIds(User user) {
    Optional<User> known = StaticAccounts.user(user.name());
    if (user.name().equals("root") && !user.uid().orElse(0L).equals(0L)) {
      throw AccountFailure.root(user.position());
    }
    return known
        .filter(fixed -> user.uid().isEmpty() || user.uid().equals(fixed.uid()))
        .map(user::or)
        .orElse(user);
  }

  private static Group withFixedId(Group group) {
    return group.gid().isPresent()
        ? group
        : StaticAccounts.group(group.name()).map(group::or).orElse(group);
  }

  private void addPrimaryGroup(User user) {
    Position position = user.position();
    switch (user.group()) {
      case Primary.Own(Optional<Long> gid) ->
          groups.merge(user.name(), withFixedId(new Group(user.name(), gid, position)), Group::or);
      case Primary.Named(String name) -> addKnown(user.name(), name, position);
      case Primary.Numbered(long gid) -> {
        Optional<Long> wanted = Optional.of(gid);
        if (groups.values().stream().noneMatch(group -> group.gid().equals(wanted))) {
          String name =
              StaticAccounts.group(gid).map(Group::name).orElseGet(() -> String.valueOf(gid));
          addKnown(user.name(), name, position);
        }
      }
    }
  }

  // Adds a group that nobody asked for, if its id is fixed.
  private void addKnown(String user, String name, Position position) {
    if (!groups.containsKey(name)) {
      Group group =
          StaticAccounts.group(name)
              .orElseThrow(() -> AccountFailure.unknownGroup(user, name, position));
      groups.put(name, new Group(name, group.gid(), position));
    }
  }

  private void addMember(Member member) {
    if (member.creates()) {
      groups.computeIfAbsent(
          member.group(),
          name -> withFixedId(new Group(name, Optional.empty(), member.position())));
    } else {
      addKnown(member.user(), member.group(), member.position());
    }
    members.computeIfAbsent(member.group(), _ -> new TreeSet<>()).add(member.user());
  }

  private void takeFixedIds() {
    for (User user : users.values()) {
      user.uid()
          .ifPresent(
              uid -> {
                ids.takeUser(uid, user.name(), user.position());
                uids.put(user.name(), uid);
              });
    }
    for (Group group : groups.values()) {
      group.gid().ifPresent(gid -> takeGroup(gid, group.name(), group.position()));
    }
    // A group gets its user's id if that is free.
    for (User user : users.values()) {
      if (user.group() instanceof Primary.Own && !gids.containsKey(user.name())) {
        user.uid()
            .filter(ids::isFreeGroup)
            .ifPresent(uid -> takeGroup(uid, user.name(), user.position()));
      }
    }
  }

  private void takeGroup(long gid, String name, Position position) {
    ids.takeGroup(gid, name, position);
    gids.put(name, gid);
  }

  /** Chooses an id for a name. */
  @FunctionalInterface
  private interface Choice {
    long next(String name, Position position);
  }

  private void allot(Collection<String> groupNames, Collection<String> userNames, Choice choice) {
    groupNames.forEach(name -> allotGroup(name, choice));
    for (String name : userNames) {
      User user = Objects.requireNonNull(users.get(name));
      boolean ownGroup = user.group() instanceof Primary.Own;
      if (ownGroup) {
        allotGroup(name, choice);
      }
      if (!uids.containsKey(name)) {
        Optional<Long> same =
            ownGroup
                ? Optional.ofNullable(gids.get(name)).filter(ids::isFreeUser)
                : Optional.empty();
        long uid = same.orElseGet(() -> choice.next(name, user.position()));
        ids.takeUser(uid, name, user.position());
        uids.put(name, uid);
      }
    }
  }

  private void allotGroup(String name, Choice choice) {
    if (!gids.containsKey(name)) {
      Position position = Objects.requireNonNull(groups.get(name)).position();
      takeGroup(choice.next(name, position), name, position);
    }
  }

  private Accounts result() {
    List<Accounts.User> resultUsers =
        users.values().stream()
            .map(this::result)
            .sorted(Comparator.comparingLong(Accounts.User::uid))
            .toList();
    List<Accounts.Group> resultGroups =
        groups.keySet().stream()
            .map(
                name ->
                    new Accounts.Group(
                        name,
                        Objects.requireNonNull(gids.get(name)),
                        List.copyOf(members.getOrDefault(name, new TreeSet<>()))))
            .sorted(Comparator.comparingLong(Accounts.Group::gid))
            .toList();
    return new Accounts(resultUsers, resultGroups);
  }

  private Accounts.User result(User user) {
    long gid =
        switch (user.group()) {
          case Primary.Own _ -> Objects.requireNonNull(gids.get(user.name()));
          case Primary.Named(String name) -> Objects.requireNonNull(gids.get(name));
          case Primary.Numbered(long number) -> number;
        };
    Profile profile = user.profile();
    return new Accounts.User(
        user.name(),
        Objects.requireNonNull(uids.get(user.name())),
        gid,
        profile.comment().orElse(""),
        profile.home().orElse("/"),
        profile.shell().orElse("/usr/sbin/nologin"),
        user.locked());
  }
}
