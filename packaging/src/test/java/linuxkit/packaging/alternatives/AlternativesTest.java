package linuxkit.packaging.alternatives;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlternativesTest {
  private static final String EDITOR =
      """
      #!/bin/sh
      # update-alternatives --install /usr/bin/comment comment /usr/bin/x 1
      cat <<END >/dev/null 2>&1
      update-alternatives --install /usr/bin/text text /usr/bin/x 1 it's not a command
      END
      if [ "$1" = configure ]; then update-alternatives --quiet \\
          --install /usr/bin/editor editor '/bin/pico' 40 \\
          --slave /usr/share/man/man1/editor.1.gz editor.1.gz /usr/share/man/man1/pico.1.gz \\
          --slave /usr/bin/"edit" edit /usr/bin/pico-edit >/dev/null
      fi
      update-alternatives --remove editor /usr/bin/old
      """;

  private static List<String> links(String script, Set<String> files) {
    Alternatives all = new Alternatives();
    all.add("tool", script);
    assertThat(all.unread()).isEmpty();
    return all.choose(files::contains).entrySet().stream().map(Map.Entry::toString).toList();
  }

  @Test
  void readsLiteralCommands() {
    assertThat(links(EDITOR, Set.of("usr/bin/pico", "usr/bin/pico-edit", "usr/bin/x")))
        .containsExactly("usr/bin/edit=usr/bin/pico-edit", "usr/bin/editor=usr/bin/pico");
    assertThat(links(EDITOR, Set.of("usr/bin/pico")))
        .containsExactly("usr/bin/editor=usr/bin/pico");
    assertThat(links(EDITOR, Set.of("usr/bin/pico-edit"))).isEmpty();
  }

  @Test
  void readsLoopsOverWords() {
    String script =
        """
        #!/bin/bash -e
        home=/opt/"tools"
        priority=70
        [ -z "$2" ] || priority=$(expr $priority - 1)
        names='one two'
        for name in $names three; do
          unset extra
          if [ -e "${home}/share/$name" ]; then
            extra="--slave /usr/bin/$name-x \\
                $name-x $home/bin/${name}.x"
          fi
          update-alternatives --install /usr/bin/$name $name $home/bin/$name $priority \\
              $extra $never
        done
        """;
    assertThat(
            links(
                script, Set.of("opt/tools/bin/one", "opt/tools/bin/three", "opt/tools/bin/one.x")))
        .containsExactly(
            "usr/bin/one=opt/tools/bin/one",
            "usr/bin/one-x=opt/tools/bin/one.x",
            "usr/bin/three=opt/tools/bin/three");
  }

  @Test
  void takesTheHighestPriorityOfWhatIsThere() {
    String script =
        """
        #!/bin/sh
        update-alternatives --install /usr/bin/awk awk /usr/bin/b 5 --slave /bin/nawk nawk /bin/b
        update-alternatives --install /usr/bin/awk awk /usr/bin/c 10
        update-alternatives --install /usr/bin/awk awk /usr/bin/a 5
        update-alternatives --install /usr/bin/awk awk /usr/bin/z -100
        """;
    assertThat(links(script, Set.of("usr/bin/a", "usr/bin/b", "usr/bin/c", "usr/bin/z")))
        .containsExactly("usr/bin/awk=usr/bin/c");
    assertThat(links(script, Set.of("usr/bin/b", "usr/bin/z")))
        .containsExactly("usr/bin/awk=usr/bin/b", "usr/bin/nawk=usr/bin/b");
    assertThat(links(script, Set.of("usr/bin/a", "usr/bin/b")))
        .containsExactly("usr/bin/awk=usr/bin/a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update-alternatives --install /usr/bin/x x \"$(find_it)\" 5",
        "update-alternatives --install /usr/bin/x x $1/x 5",
        "update-alternatives --install /usr/bin/x x /usr/bin/y `date`",
        "update-alternatives --install /usr/bin/x x /usr/bin/y high",
        "update-alternatives --install /usr/bin/x x $unknown 5",
        "update-alternatives --install /../etc/x x /usr/bin/y 5",
        "update-alternatives --install usr/bin/x x /usr/bin/y 5",
        "update-alternatives --install /usr/bin/x x",
        "for i in $(ls); do update-alternatives --install /usr/bin/$i $i /bin/$i 5; done",
        "for i in /usr/bin/*; do update-alternatives --install /usr/bin/x x $i 5; done",
        "in_root update-alternatives --install /usr/bin/x x /usr/bin/y 5",
      })
  void saysWhatItCannotRead(String command) {
    Alternatives all = new Alternatives();
    all.add("good", "#!/bin/sh\nupdate-alternatives --install /usr/bin/g g /usr/bin/good 5\n");
    all.add("bad", "#!/bin/sh\nset -e\n" + command + "\n");
    assertThat(all.unread()).containsExactly("bad");
    assertThat(all.choose(_ -> true)).containsOnlyKeys("usr/bin/g");
  }

  @Test
  void readsOnlyShellScripts() {
    Alternatives all = new Alternatives();
    all.add("perl", "#!/usr/bin/perl\nsystem('update-alternatives', '--install', '/a/b');\n");
    all.add("other", "#!/usr/bin/perl\nprint 1;\n");
    all.add("none", "");
    assertThat(all.unread()).containsExactly("perl");
  }

  @Test
  void endsWithEveryScript() {
    String script = EDITOR + "x=\"$x$x\"\nfor a in $x; do\n" + "for b in 1 2 3 4 5 6 7 8; do\n";
    for (int end = 0; end < script.length(); end++) {
      MaintainerScript.read(script.substring(0, end) + "\"$(`${");
      MaintainerScript.read("#!/bin/sh\n" + script.substring(end));
    }
    String nested = "for a in 1 2 3 4 5 6 7 8 9 0; do\n".repeat(100);
    MaintainerScript.Found found =
        MaintainerScript.read(
            "#!/bin/sh\n" + nested + "update-alternatives --install /usr/bin/x x /usr/bin/y 1\n");
    assertThat(found.complete()).isFalse();
  }
}
