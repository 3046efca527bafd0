package linuxkit.packaging.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountsTest {
  private static final String FIRST =
      """
      # Groups and users of all forms.
      g input  -
      g tty 5 -
        g kvm    -
      u systemd-network - "systemd Network Management"
      u sshd -:nogroup "sshd user" /run/sshd
      g nogroup 65534 -
      u messagebus - 'System Message Bus' /nonexistent
      u games 5:60 - /usr/games /usr/sbin/nologin
      g games 60 -
      m messagebus kvm
      m extra  added
      u tool 200 "A 100%% \\"tool\\"" /var/lib/tool /bin/sh
      u kvm -
      """;
  private static final String SECOND =
      """
      u polkitd - "User for polkitd" %T
      u root 0 "Super User" /root /bin/bash
      g late -
      """;
  private static final List<String> PASSWD =
      List.of(
          "root:x:0:0:Super User:/root:/bin/bash",
          "games:x:5:60::/usr/games:/usr/sbin/nologin",
          "tool:x:200:200:A 100% \"tool\":/var/lib/tool:/bin/sh",
          "extra:x:991:991::/:/usr/sbin/nologin",
          "polkitd:x:992:992:User for polkitd:/tmp:/usr/sbin/nologin",
          "messagebus:x:993:993:System Message Bus:/nonexistent:/usr/sbin/nologin",
          "sshd:x:994:65534:sshd user:/run/sshd:/usr/sbin/nologin",
          "systemd-network:x:995:995:systemd Network Management:/:/usr/sbin/nologin",
          "kvm:x:998:998::/:/usr/sbin/nologin");
  private static final List<String> GROUP =
      List.of(
          "root:x:0:",
          "tty:x:5:",
          "games:x:60:",
          "tool:x:200:",
          "extra:x:991:",
          "polkitd:x:992:",
          "messagebus:x:993:",
          "systemd-network:x:995:",
          "added:x:996:extra",
          "late:x:997:",
          "kvm:x:998:messagebus",
          "input:x:999:",
          "nogroup:x:65534:");

  @TempDir Path temporary;

  private static Requests sysusers(String text) {
    return SysusersReader.read("a.conf", text);
  }

  private static List<String> lines(int file, Requests own, Requests others) {
    return AccountFiles.of(Accounts.of(own, others)).get(file).text().lines().toList();
  }

  private static List<String> passwd(Requests own, Requests others) {
    return lines(0, own, others);
  }

  @Test
  void decidesAsSystemdSysusersDoes() {
    Requests both = sysusers(FIRST).and(sysusers(SECOND));
    assertThat(passwd(Requests.NONE, both)).isEqualTo(PASSWD);
    assertThat(lines(1, Requests.NONE, both)).isEqualTo(GROUP);
  }

  /** Checks the expectations above with the real program. */
  @Test
  void systemdSysusersDecidesSo() throws Exception {
    Path program = Path.of("/usr/bin/systemd-sysusers");
    assumeTrue(Files.isExecutable(program), "systemd-sysusers is not installed");
    Path folder = Files.createDirectories(temporary.resolve("usr/lib/sysusers.d"));
    Files.createDirectories(temporary.resolve("etc"));
    Files.writeString(folder.resolve("a.conf"), FIRST);
    Files.writeString(folder.resolve("b.conf"), SECOND);
    Process process =
        new ProcessBuilder(program.toString(), "--root=" + temporary)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assumeTrue(process.exitValue() == 0, output);
    assertThat(byId("etc/passwd")).isEqualTo(PASSWD);
    assertThat(byId("etc/group")).isEqualTo(GROUP);
  }

  private List<String> byId(String file) throws IOException {
    return Files.readAllLines(temporary.resolve(file)).stream()
        .sorted(Comparator.comparingInt(line -> Integer.parseInt(line.split(":", -1)[2])))
        .toList();
  }

  @Test
  void locksAccountsSoThatNoKeyHelps() {
    assertThat(lines(2, Requests.NONE, sysusers("u! a 5\nu b 6\n")))
        .containsExactly("root:*:::::::", "a:!*::::::1:", "b:*:::::::");
  }

  @Test
  void ownRequestsAreCountedUpAndPackagesDown() {
    Requests packages = sysusers("g x -\nu sshd -:nogroup - /run/sshd\n");
    assertThat(passwd(sysusers("u app -\nu sshd -\n"), packages))
        .containsExactly(
            "root:x:0:0:root:/root:/bin/sh",
            "app:x:100:100::/:/usr/sbin/nologin",
            "sshd:x:101:65534::/run/sshd:/usr/sbin/nologin");
    assertThat(lines(1, sysusers("u app -\n"), packages))
        .contains("app:x:100:", "x:x:999:", "nogroup:x:65534:");
    assertThat(passwd(sysusers("u app -\n"), packages).getLast()).contains("sshd:x:998:65534");
  }

  @Test
  void knowsTheFixedIdsOfDebian() {
    assertThat(passwd(sysusers("u www-data -\nu nobody -\nu x 9:42\n"), Requests.NONE))
        .containsExactly(
            "root:x:0:0:root:/root:/bin/sh",
            "x:x:9:42::/:/usr/sbin/nologin",
            "www-data:x:33:33::/var/www:/usr/sbin/nologin",
            "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin");
    assertThat(lines(1, sysusers("m x adm\nm x tty\n"), Requests.NONE))
        .contains("adm:x:4:x", "tty:x:5:x");
  }

  @Test
  void choosesFromTheRangesOfPackages() {
    assertThat(lines(1, Requests.NONE, sysusers("r - 500-501\nr - 700\ng a -\ng b -\ng c -\n")))
        .containsExactly("root:x:0:", "b:x:500:", "a:x:501:", "c:x:700:");
    assertThatThrownBy(() -> passwd(Requests.NONE, sysusers("r - 500\ng a -\ng b -\n")))
        .hasMessage("a.conf:3:1: no id is left for b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u a 5;u a 6          | a.conf:2:1: the user a has the id 6 here, but 5 at a.conf:1:1",
        "g a 5;g a 6          | a.conf:2:1: the group a has the id 6 here, but 5 at a.conf:1:1",
        "u a 5;u b 5          | a.conf:2:1: the users b and a at a.conf:1:1 have the same id, 5",
        "g a 5;g b 5          | a.conf:2:1: the groups b and a at a.conf:1:1 have the same id, 5",
        "g a 42;m b shadow    | a.conf:2:1: the groups shadow and a at a.conf:1:1 have the same",
        "u root 5             | a.conf:1:1: the user root has an id other than 0",
        "u a -:b              | a.conf:1:1: the user a is in the group b, which does not exist",
        "u a -:555            | a.conf:1:1: the user a is in the group 555, which does not exist",
        "u a:b -              | a.conf:1:3: not a name of a user or group: \"a:b\"",
        "u                    | a.conf:1:1: not a name of a user or group",
        "u a /usr/bin/x       | a.conf:1:5: expected an id",
        "u a 4294967295       | a.conf:1:5: expected an id",
        "u a - x:0:0          | a.conf:1:7: not a field of /etc/passwd: \"x:0:0\"",
        "u a - - home         | a.conf:1:9: not a field of /etc/passwd: \"home\"",
        "u a - %m             | a.conf:1:7: only the machine knows what %m means",
        "u a - \\n            | a.conf:1:7: only the machine knows what \\n means",
        "u a - 'x             | a.conf:1:7: the quotes are not closed",
        "u a - - - - -        | a.conf:1:13: the line has more than six fields",
        "z a -                | a.conf:1:1: the type of the line is not supported: \"z\"",
        "r - 9-5              | a.conf:1:5: the range is empty",
      },
      quoteCharacter = '`')
  void refusesContradictionsAndHostileLines(String text, String message) {
    String lines = text.replace(';', '\n');
    assertThatThrownBy(() -> passwd(Requests.NONE, sysusers(lines)))
        .isInstanceOf(AccountFailure.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void beginsWithTheListsOfBasePasswd() {
    Requests masters =
        MasterFiles.users("p", "root:*:0:0:root:/root:/bin/bash\nx:*:7:9:A b:/x:/bin/x\n")
            .and(MasterFiles.groups("g", "root:*:0:\nxs:*:9:\n"));
    assertThat(passwd(sysusers("u x -\n"), masters))
        .containsExactly("root:x:0:0:root:/root:/bin/bash", "x:x:7:9:A b:/x:/bin/x");
    assertThat(lines(1, Requests.NONE, masters).stream().collect(Collectors.joining(",")))
        .isEqualTo("root:x:0:,xs:x:9:");
    for (String bad :
        List.of("x:*:7:9:A b:/x", "x y:*:7:9::/x:/y", "x:*:u:9::/x:/y", "x:*:7:9::x:/")) {
      assertThatThrownBy(() -> MasterFiles.users("p", bad))
          .as(bad)
          .isInstanceOf(AccountFailure.class)
          .hasMessageStartingWith("p:");
    }
  }
}
