package linuxkit.packaging.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fault F4: what git calls clean has no suffix, and what it calls dirty has one. git runs beside
 * the program over the same repositories: each row is a shell script that changes one.
 */
class GitContractTest {
  @TempDir Path temporary;
  private Path work;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aRepository() throws Exception {
    environment.putAll(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    Path home = Files.createDirectories(temporary.resolve("home"));
    environment.put("HOME", home.toString());
    environment.put("XDG_CONFIG_HOME", home.resolve("xdg").toString());
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    Files.writeString(home.resolve(".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
    work = Files.createDirectories(temporary.resolve("work"));
    sh(
        """
        git init -q -b main .
        mkdir -p a/sub b
        printf 'image: x\\n' > a/build.yml
        printf 'text\\n' > a/t
        printf 'lines\\nof text\\n' > a/t.txt
        printf 'with\\r\\npairs\\r\\n' > a/crlf.txt
        printf 'a\\0b\\r\\n' > a/binary
        printf 'x' > a/sub/file
        printf '#!/bin/sh\\n' > a/run; chmod +x a/run
        ln -s t a/link
        printf 'other\\n' > b/other
        git add -A; git commit -qm first
        """);
  }

  // Some scripts end with what LinuxKit would see right after, while the index is still racy.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing has changed | clean | true",
        "file changed | dirty | echo x >> a/t",
        "file of the same size | dirty | printf 'TEXT\\n' > a/t",
        "file touched | clean | touch -d '2001-01-01' a/t",
        "file deleted | dirty | rm a/t",
        "file elsewhere changed | clean | echo x >> b/other",
        "new file | dirty | echo x > a/new",
        "new empty folder | clean | mkdir a/empty",
        "global ignore | clean | mkdir -p $HOME/xdg/git; echo '*.swp' > $HOME/xdg/git/ignore; echo x > a/x.swp",
        "excludesFile | clean | git config --global core.excludesFile '~/my'; echo .DS_Store > $HOME/my; echo x > a/.DS_Store",
        "info/exclude | clean | echo /a/new >> .git/info/exclude; echo x > a/new",
        "gitignore above | clean | echo '*.o' > .gitignore; echo x > a/x.o",
        "gitignore inside | dirty | echo '*.o' > a/.gitignore; echo x > a/x.o",
        "negated in an ignored folder | clean | printf '/a/out\\n!keep\\n' > .gitignore; mkdir a/out; echo x > a/out/keep",
        "negated | dirty | printf '*.o\\n!keep.o\\n' > .gitignore; echo x > a/keep.o",
        "eol=crlf | clean | echo 't.txt text eol=crlf' > .gitattributes; rm a/t.txt; git checkout -q a/t.txt",
        "text, stored with pairs | dirty | echo '*.txt text' > .gitattributes; touch -d 2001-01-01 a/crlf.txt",
        "text=auto, stored with pairs | clean | echo '* text=auto' > .gitattributes; touch -d 2001-01-01 a/*.txt a/binary",
        "text=auto, pairs added | clean | echo '* text=auto' > .gitattributes; printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "pairs added | dirty | printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "autocrlf=true | clean | git config core.autocrlf true; rm a/t.txt a/t; git checkout -q a",
        "autocrlf=input | clean | git config core.autocrlf input; printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "autocrlf, lone return | dirty | git config core.autocrlf true; printf 'lines\\r\\nof text\\r' > a/t.txt",
        "autocrlf but -text | dirty | git config core.autocrlf true; echo '*.txt -text' > .gitattributes; printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "autocrlf but binary | dirty | git config core.autocrlf true; echo '*.txt binary' > .gitattributes; printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "info/attributes | clean | echo 't.txt text' > .git/info/attributes; printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "attributesFile | clean | mkdir -p $HOME/xdg/git; echo 't.txt text' > $HOME/xdg/git/attributes; printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "macro | clean | printf '[attr]win text eol=crlf\\nt.txt win\\n' > .gitattributes; printf 'lines\\r\\nof text\\r\\n' > a/t.txt",
        "ident | clean | echo 't ident' > .gitattributes; printf '$Id$\\n' > a/t; git add -A; git commit -qm i; rm a/t; git checkout -q a/t; touch -d 2001-01-01 a/t",
        "encoding | clean | echo 't working-tree-encoding=UTF-16LE' > .gitattributes; git add -A; printf 't\\0e\\0x\\0t\\0\\n\\0' > a/t",
        "filter | clean | git config filter.up.clean 'tr a-z A-Z'; git config filter.up.smudge 'tr A-Z a-z'; echo 't filter=up' > .gitattributes; git add --renormalize .; git commit -qm f; rm a/t; git checkout -q a/t",
        "filter that is not there | clean | echo 't filter=no' > .gitattributes; touch -d 2001-01-01 a/t",
        "fileMode=false | clean | git config core.fileMode false; chmod +x a/t; chmod -x a/run",
        "mode | dirty | chmod +x a/t",
        "mode of the group | clean | chmod g+x,o-r a/t",
        "skip-worktree | clean | git update-index --skip-worktree a/t; rm a/t",
        "skip-worktree, changed | clean | git update-index --skip-worktree a/t; echo x > a/t",
        "assume-unchanged | clean | git update-index --assume-unchanged a/t; echo x > a/t",
        "assume-unchanged, gone | clean | git update-index --assume-unchanged a/t; rm a/t",
        "staged removal | dirty | git rm -q --cached a/t",
        "staged removal, ignored | dirty | git rm -q --cached a/t; echo /a/t > .gitignore",
        "removed | dirty | git rm -q a/t",
        "staged file | dirty | echo x > a/new; git add a/new",
        "staged file, gone | clean | echo x > a/new; git add a/new; rm a/new",
        "intent to add | dirty | echo x > a/new; git add -N a/new",
        "staged, then reverted | clean | echo x > a/t; git add a/t; printf 'text\\n' > a/t",
        "staged change | dirty | echo x > a/t; git add a/t",
        "staged mode | clean | git update-index --chmod=+x a/t",
        "staged mode, no modes | dirty | git config core.fileMode false; git update-index --chmod=+x a/t",
        "link changed | dirty | ln -sfn run a/link",
        "link to a file | dirty | rm a/link; printf t > a/link",
        "no links | clean | git config core.symlinks false; rm a/link; printf t > a/link",
        "file to a folder | dirty | rm a/t; mkdir a/t; echo x > a/t/x",
        "folder to a link | dirty | mv a/sub a/other; ln -s other a/sub",
        "sparse checkout | clean | git sparse-checkout set --no-cone '/a/build.yml'",
        "sparse checkout, file back | dirty | git sparse-checkout set --no-cone '/a/build.yml'; echo y > a/t",
        "sparse index | clean | mkdir a/deep; echo x > a/deep/f; git add -A; git commit -qm d; git sparse-checkout set --cone --sparse-index a/sub",
        "index of version 4 | dirty | git update-index --index-version 4; echo x >> a/sub/file",
        "index of version 4 | clean | git update-index --index-version 4",
        "no index | dirty | rm .git/index",
        "nested repository | dirty | git init -q a/nested",
        "nested repository, ignored | clean | git init -q a/nested; echo nested > .gitignore",
        "submodule | clean | git init -q $HOME/m; git -C $HOME/m commit -q --allow-empty -m m; git -c protocol.file.allow=always submodule -q add $HOME/m a/m; git commit -qm m; touch a/m/new",
        "submodule moved | dirty | git init -q $HOME/m; git -C $HOME/m commit -q --allow-empty -m m; git -c protocol.file.allow=always submodule -q add $HOME/m a/m; git commit -qm m; git -C a/m commit -q --allow-empty -m n",
        "submodule changed | dirty | git init -q $HOME/m; touch $HOME/m/f; git -C $HOME/m add f; git -C $HOME/m commit -qm m; git -c protocol.file.allow=always submodule -q add $HOME/m a/m; git commit -qm m; echo x > a/m/f",
        "conflict | dirty | git checkout -qb o; echo o > a/t; git commit -qam o; git checkout -q main; echo m > a/t; git commit -qam m; git merge -q o || true; git show HEAD:a/t > a/t",
        "fifo | clean | mkfifo a/fifo",
        "config of a worktree | clean | git config extensions.worktreeConfig true; git config --worktree core.fileMode false; chmod +x a/t",
        "included config | clean | git config --unset core.fileMode; git config --global include.path more; printf '[core]\\n\\tfileMode = off ; no\\n' > $HOME/more; chmod +x a/t",
        "included for a folder | clean | git config --unset core.fileMode; git config --global includeIf.gitdir:work/.path more; printf '[core]\\nfileMode=\"false\"\\n' > $HOME/more; chmod +x a/t",
        "class in a pattern | clean | printf '[[:digit:]]*.t[!a-c]p\\n' > .gitignore; echo x > a/9b.tmp",
        "escapes in a pattern | clean | printf '\\\\#x\\n\\\\!y\\nz\\\\ \\n' > .gitignore; echo x > 'a/#x'; echo x > 'a/!y'; echo x > 'a/z '",
        "trailing spaces in a pattern | clean | printf 'x.o   \\r\\n' > .gitignore; echo x > a/x.o",
        "stars in a pattern | clean | printf 'a/**/deep/*.o\\n' > .gitignore; mkdir -p a/1/2/deep a/deep; echo x > a/1/2/deep/x.o; echo x > a/deep/y.o",
        "stars at the end | clean | printf 'a/out/**\\n' > .gitignore; mkdir -p a/out/1; echo x > a/out/1/x",
        "stars within a name | dirty | printf 'a/x**y\\n' > .gitignore; mkdir -p a/x1; echo x > a/x1/y",
        "case in a pattern | dirty | echo '*.O' > .gitignore; echo x > a/x.o",
        "case without case | clean | git config core.ignoreCase true; echo '*.O' > .gitignore; echo x > a/x.o",
      })
  void f4AgreesWithGit(String name, String expected, String script) throws Exception {
    sh(script);
    // Before git refreshes the index, and after.
    String first = state().isDirty() ? "dirty" : "clean";
    String git = isDirtyForGit() ? "dirty" : "clean";
    sh("git status > /dev/null");
    String second = state().isDirty() ? "dirty" : "clean";
    assertThat(List.of(git, first, second)).containsOnly(expected);
    assertSameFiles();
  }

  @Test
  void f4ComparesFilesOfGitLfsWithoutRunningIt() throws Exception {
    // A stand-in for git-lfs, with its pointer.
    sh(
        """
        cat > "$HOME/clean" <<'END'
        #!/bin/sh
        cat > "$HOME/in"
        printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' \
          "$(sha256sum < "$HOME/in" | cut -d' ' -f1)" "$(wc -c < "$HOME/in")"
        END
        chmod +x "$HOME/clean"
        git config filter.lfs.clean "$HOME/clean"
        echo 'large filter=lfs -text' > .gitattributes
        printf 'large content' > a/large
        git add -A; git commit -qm lfs; touch -d 2001-01-01 a/large
        """);
    assertThat(isDirtyForGit()).isFalse();
    assertThat(state().isDirty()).isFalse();
    sh("printf 'LARGE content' > a/large");
    assertThat(isDirtyForGit()).isTrue();
    assertThat(state().isDirty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[extensions]%n objectFormat = sha256 | objectFormat = sha256",
        "[extensions]%n refStorage = reftable | refStorage = reftable",
        "[Extensions] OBJECTFORMAT = sha256 ; a comment | objectFormat = sha256",
        "[extensions]%nobjectFormat = \"sha\"256 | objectFormat = sha256",
        "[extensions]%nrefStorage = ref\\%ntable # x | refStorage = reftable",
        "[extensions]%nobjectFormat = sha1%nobjectFormat = new | objectFormat = new",
      })
  void refusesRepositoriesOfOtherFormats(String setting, String words) throws Exception {
    appendToConfig(setting);
    assertThatThrownBy(this::state)
        .isInstanceOf(GitFailure.class)
        .hasMessageContaining(words)
        .hasMessageContaining("not supported");
    assertThat(sh("git rev-parse HEAD:a")).doesNotMatch("[0-9a-f]{40}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[extensions]%nobjectFormat = sha1%n[other]%nobjectFormat = sha256",
        "[remote \"extensions\"]%nobjectFormat = sha256",
        "[include]%npath = more",
        "[other]%nvalue = x\\%nobjectFormat = sha256",
        "# [extensions]%n;objectFormat = sha256",
      })
  void readsRepositoriesWhoseFormatOnlyLooksLikeAnother(String setting) throws Exception {
    Files.writeString(work.resolve(".git/more"), "[extensions]\nobjectFormat = sha256\n");
    appendToConfig(setting);
    assertThat(sh("git rev-parse HEAD:a")).matches("[0-9a-f]{40}");
    assertThat(state().isDirty()).isFalse();
  }

  private void appendToConfig(String text) throws IOException {
    Files.writeString(
        work.resolve(".git/config"),
        "[core]\nrepositoryFormatVersion = 1\n" + text.replace("%n", "\n") + "\n",
        StandardOpenOption.APPEND);
  }

  @Test
  void refusesASplitIndex() throws Exception {
    sh("git update-index --split-index");
    assertThatThrownBy(this::state)
        .isInstanceOf(GitFailure.class)
        .hasMessageContaining("a split index");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void f4AgreesWithGitOnGeneratedRepositories(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> log = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String step = step(random);
      log.add(step);
      sh(step + " 2> /dev/null || true");
      assertThat(state().isDirty()).as("%s", log).isEqualTo(isDirtyForGit());
      assertSameFiles();
    }
  }

  private static String step(Random random) {
    String file =
        List.of("t", "t.txt", "crlf.txt", "binary", "sub/file", "run", "n.o", "sub/n.txt")
            .get(random.nextInt(8));
    String name = "a/" + file;
    String attribute =
        List.of("text", "-text", "text=auto", "text eol=crlf", "binary", "!text", "eol=lf")
            .get(random.nextInt(7));
    return switch (random.nextInt(18)) {
      case 0 -> "printf 'x\\ny\\n' > " + name;
      case 1 -> "printf 'x\\r\\ny\\r\\n' > " + name;
      case 2 -> "rm -f " + name;
      case 3 -> "git add " + name;
      case 4 -> "git commit -qam c";
      case 5 -> "git rm -q --cached " + name;
      case 6 -> "chmod " + (random.nextBoolean() ? "+x " : "-x ") + name;
      case 7 -> "git config core.fileMode " + random.nextBoolean();
      case 8 ->
          "git config core.autocrlf " + List.of("true", "false", "input").get(random.nextInt(3));
      case 9 -> "echo '*.txt " + attribute + "' >> .gitattributes";
      case 10 -> "echo '" + file + " " + attribute + "' >> a/.gitattributes";
      case 11 ->
          "echo '"
              + List.of("*.o", "!*.o", "/a/sub/", "n.*", "**/file").get(random.nextInt(5))
              + "' >> .gitignore";
      case 12 ->
          "git update-index --" + (random.nextBoolean() ? "" : "no-") + "skip-worktree " + name;
      case 13 ->
          "git update-index --" + (random.nextBoolean() ? "" : "no-") + "assume-unchanged " + name;
      case 14 -> "git reset -q --hard";
      case 15 -> "git checkout -q -- " + name;
      case 16 -> "touch -d 2001-01-0" + (1 + random.nextInt(9)) + " " + name;
      default -> "git add -A; git commit -qm all";
    };
  }

  private boolean isDirtyForGit() throws Exception {
    return !sh("git diff --quiet HEAD -- a 2> /dev/null && echo same").equals("same")
        || !sh("git ls-files --exclude-standard --others -- a").isEmpty();
  }

  private FolderState state() {
    try (GitRepositories repositories = new GitRepositories(environment)) {
      GitRepository repository = repositories.around(work.resolve("a")).orElseThrow();
      Optional<ObjectId> head =
          repository.commit("HEAD").flatMap(commit -> repository.tree(commit, work.resolve("a")));
      return FolderState.of(repository, work.resolve("a"), head);
    }
  }

  /** Compares the files whose contents give the suffix of a dirty folder. */
  private void assertSameFiles() throws Exception {
    List<String> expected =
        sh("git ls-files -z -- a; git ls-files -z --exclude-standard --others -- a")
            .transform(names -> List.of(names.split("\0")))
            .stream()
            .distinct()
            .filter(name -> !Files.isSymbolicLink(work.resolve(name)))
            .filter(name -> Files.isRegularFile(work.resolve(name)))
            .toList();
    assertThat(state().files().stream().map(file -> work.relativize(file).toString()).distinct())
        .containsExactlyElementsOf(expected);
  }

  private String sh(String script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", script).directory(work.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return output;
  }
}
