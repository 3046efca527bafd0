package linuxkit.packaging.accounts;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import linuxkit.packaging.accounts.Requests.Group;
import linuxkit.packaging.accounts.Requests.Primary;
import linuxkit.packaging.accounts.Requests.Profile;
import linuxkit.packaging.accounts.Requests.User;
import linuxkit.yaml.Position;

/** The users and groups whose ids are the same on every Debian system (policy, 9.2.2). */
final class StaticAccounts {
  private static final Position NOWHERE = new Position("Debian's fixed ids", 1, 1);

  private static final String GROUPS =
      """
      root=0 daemon=1 bin=2 sys=3 adm=4 tty=5 disk=6 lp=7 mail=8 news=9 uucp=10 man=12 proxy=13 \
      kmem=15 dialout=20 fax=21 voice=22 cdrom=24 floppy=25 tape=26 sudo=27 audio=29 dip=30 \
      www-data=33 backup=34 operator=37 list=38 irc=39 src=40 shadow=42 utmp=43 video=44 sasl=45 \
      plugdev=46 staff=50 games=60 users=100 nogroup=65534""";

  // Name, uid, gid and home.
  private static final String USERS =
      """
      root 0 0 /root
      daemon 1 1 /usr/sbin
      bin 2 2 /bin
      sys 3 3 /dev
      sync 4 65534 /bin
      games 5 60 /usr/games
      man 6 12 /var/cache/man
      lp 7 7 /var/spool/lpd
      mail 8 8 /var/mail
      news 9 9 /var/spool/news
      uucp 10 10 /var/spool/uucp
      proxy 13 13 /bin
      www-data 33 33 /var/www
      backup 34 34 /var/backups
      list 38 38 /var/list
      irc 39 39 /run/ircd
      _apt 42 65534 /nonexistent
      nobody 65534 65534 /nonexistent
      """;

  private static final Map<String, Group> BY_NAME =
      Arrays.stream(GROUPS.split(" "))
          .map(pair -> pair.split("=", 2))
          .map(pair -> new Group(pair[0], Optional.of(Long.parseLong(pair[1])), NOWHERE))
          .collect(Collectors.toUnmodifiableMap(Group::name, Function.identity()));

  private static final Map<String, User> USERS_BY_NAME =
      USERS
          .lines()
          .map(line -> user(line.split(" ")))
          .collect(Collectors.toUnmodifiableMap(User::name, Function.identity()));

  private StaticAccounts() {}

  private static User user(String[] fields) {
    String name = fields[0];
    Optional<String> shell =
        switch (name) {
          case "root" -> Optional.of("/bin/sh");
          case "sync" -> Optional.of("/bin/sync");
          default -> Optional.empty();
        };
    return new User(
        name,
        Optional.of(Long.parseLong(fields[1])),
        new Primary.Numbered(Long.parseLong(fields[2])),
        new Profile(Optional.of(name).filter("root"::equals), Optional.of(fields[3]), shell),
        false,
        NOWHERE);
  }

  static User root() {
    return user("root").orElseThrow();
  }

  static Optional<User> user(String name) {
    return Optional.ofNullable(USERS_BY_NAME.get(name));
  }

  static Optional<Group> group(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static Optional<Group> group(long gid) {
    return BY_NAME.values().stream().filter(g -> g.gid().equals(Optional.of(gid))).findFirst();
  }
}
