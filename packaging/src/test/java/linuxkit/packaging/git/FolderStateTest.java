package linuxkit.packaging.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares results with those of git itself. */
class FolderStateTest {
  @TempDir Path temporary;
  private Path work;
  private Path folder;

  @BeforeEach
  void aRepositoryWithAComponent() throws Exception {
    work = Files.createDirectories(temporary.resolve("work"));
    folder = Files.createDirectories(work.resolve("pkg/hello"));
    git(work, "init", "-q", "-b", "main");
    write("build.yml", "image: hello\n");
    write("script", "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        folder.resolve("script"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("script"));
    // git sorts "a.b" before "a/": a directory counts as if it ended in a slash.
    write("a/nested.txt", "nested");
    write("a.b", "beside");
    write("a0", "after");
    Files.createDirectories(folder.resolve("empty/below"));
    Files.writeString(work.resolve(".gitignore"), "*.o\n/pkg/hello/build/\n!keep.o\n");
    commit("first");
  }

  @Test
  void usesTheTreeOfGitForAnUnchangedFolder() throws Exception {
    assertThat(state().tree().hex()).isEqualTo(lsTree("HEAD"));
    assertThat(state().head()).contains(state().tree());
    assertThat(state().isDirty()).isFalse();
  }

  @Test
  void readsPackedDeltasLikeLooseObjects() throws Exception {
    for (int i = 0; i < 40; i++) {
      write("many/file" + i, "content " + i);
      commit("commit " + i);
    }
    String tree = lsTree("HEAD");
    String old = lsTree("HEAD~20");
    String commit = git(work, "rev-parse", "HEAD~20");
    git(work, "gc", "-q", "--aggressive");
    git(work, "pack-refs", "--all");
    assertThat(git(work, "count-objects")).startsWith("0 objects");
    assertThat(state().tree().hex()).isEqualTo(tree);
    assertThat(state().isDirty()).isFalse();
    try (GitRepositories repositories = new GitRepositories(Map.of())) {
      GitRepository repository = repositories.around(folder).orElseThrow();
      assertThat(repository.tree(new ObjectId(commit), folder)).contains(new ObjectId(old));
    }
  }

  @Test
  void readsDeltasAgainstObjectIds() throws Exception {
    for (int i = 0; i < 10; i++) {
      write("many/file" + i, "content " + i);
      commit("commit " + i);
    }
    git(work, "-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq");
    assertThat(state().tree().hex()).isEqualTo(lsTree("HEAD"));
    assertThat(state().isDirty()).isFalse();
  }

  @Test
  void followsWorktreesAndAlternatesToTheirObjects() throws Exception {
    Path other = temporary.resolve("other");
    git(work, "worktree", "add", "-q", "-b", "side", other.toString());
    Files.writeString(other.resolve("pkg/hello/build.yml"), "image: other\n");
    git(other, "commit", "-qam", "side");
    assertThat(state(other.resolve("pkg/hello")).tree().hex())
        .isEqualTo(git(other, "rev-parse", "HEAD:pkg/hello"));
    assertThat(state(other.resolve("pkg/hello")).isDirty()).isFalse();

    Path clone = temporary.resolve("clone");
    git(temporary, "clone", "-q", "--shared", work.toString(), clone.toString());
    assertThat(state(clone.resolve("pkg/hello")).tree().hex()).isEqualTo(lsTree("HEAD"));
  }

  @Test
  void ignoresNothingForAnInvalidPattern() throws Exception {
    Files.writeString(work.resolve(".gitignore"), "[z-a]\n*.o\n");
    write("x.o", "object");
    commit("second");
    assertThat(state().tree().hex()).isEqualTo(lsTree("HEAD"));
    assertThat(state().isDirty()).isFalse();
    write("b", "not ignored");
    assertThat(state().isDirty()).isTrue();
  }

  @Test
  void countsChangesButNotIgnoredFiles() throws Exception {
    String clean = lsTree("HEAD");
    write("x.o", "object");
    write("build/out", "built");
    write("more/.gitignore", "*.log\n");
    Files.delete(folder.resolve("more/.gitignore"));
    assertThat(state().tree().hex()).isEqualTo(clean);

    write("keep.o", "not ignored");
    assertThat(state().isDirty()).isTrue();
    assertThat(state().head()).contains(new ObjectId(clean));
    git(work, "add", "-A");
    assertThat(state().tree().hex())
        .isEqualTo(git(work, "rev-parse", git(work, "write-tree") + ":pkg/hello"));
    Files.delete(folder.resolve("keep.o"));
    assertThat(state().isDirty()).isFalse();

    Files.setPosixFilePermissions(
        folder.resolve("build.yml"), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(state().isDirty()).isTrue();
  }

  @Test
  void countsTrackedFilesEvenIfIgnored() throws Exception {
    write("tracked.o", "object");
    git(work, "add", "-f", "pkg/hello/tracked.o");
    git(work, "commit", "-qm", "tracked");
    assertThat(state().tree().hex()).isEqualTo(lsTree("HEAD"));
    Files.delete(folder.resolve("tracked.o"));
    assertThat(state().isDirty()).isTrue();
  }

  @Test
  void hashesTrackedThenUntrackedFiles() throws Exception {
    write("A-untracked", "untracked");
    String expected =
        run(
            folder,
            "sh",
            "-c",
            "(git ls-files; git ls-files -o --exclude-standard) | while read f; do"
                + " test -L $f || cat $f; done | sha256sum");
    assertThat(expected).startsWith(state().contentHash());
  }

  @Test
  void findsRevisionsByName() throws Exception {
    git(work, "tag", "-a", "-m", "annotated", "v1");
    String head = git(work, "rev-parse", "HEAD");
    try (GitRepositories repositories = new GitRepositories(Map.of())) {
      GitRepository repository = repositories.around(folder).orElseThrow();
      for (String name : List.of("HEAD", "main", "v1", "refs/heads/main", head)) {
        assertThat(repository.commit(name)).contains(new ObjectId(head));
      }
      assertThat(repository.commit("nothing")).isEmpty();
      assertThat(repository.commit("../../../etc/passwd")).isEmpty();
    }
  }

  @Test
  void makesTheTreeOfGitOutsideARepository() throws Exception {
    String tree = lsTree("HEAD");
    Path copy = temporary.resolve("copy");
    run(temporary, "cp", "-a", folder.toString(), copy.toString());
    assertThat(new GitRepositories(Map.of()).around(copy)).isEmpty();
    assertThat(FolderState.outsideGit(copy).tree().hex()).isEqualTo(tree);
    assertThat(FolderState.outsideGit(copy).head()).isEmpty();
  }

  @Test
  void reportsDamage() throws Exception {
    Path object = work.resolve(".git/objects").resolve(lsTree("HEAD").replaceAll("^(..)", "$1/"));
    Files.setPosixFilePermissions(object, PosixFilePermissions.fromString("rw-r--r--"));
    Files.write(object, new byte[] {1, 2, 3, 4}, StandardOpenOption.TRUNCATE_EXISTING);
    assertThatThrownBy(this::state).isInstanceOf(Failure.class).hasMessageContaining("damaged");
    Files.delete(object);
    assertThatThrownBy(this::state)
        .isInstanceOf(GitFailure.class)
        .hasMessageContaining("lacks the object");
  }

  private FolderState state() {
    return state(folder);
  }

  private static FolderState state(Path folder) {
    try (GitRepositories repositories = new GitRepositories(Map.of())) {
      GitRepository repository = repositories.around(folder).orElseThrow();
      Optional<ObjectId> head =
          repository.commit("HEAD").flatMap(commit -> repository.tree(commit, folder));
      return FolderState.of(repository, folder, head);
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Path parent = file.getParent();
    Files.createDirectories(parent == null ? folder : parent);
    Files.writeString(file, text);
  }

  private void commit(String message) throws Exception {
    git(work, "add", "-A");
    git(work, "commit", "-qm", message);
  }

  private String lsTree(String commit) throws Exception {
    return git(work, "rev-parse", commit + ":pkg/hello");
  }

  private static String git(Path in, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-C", in.toString()));
    command.addAll(List.of(arguments));
    return run(in, command.toArray(String[]::new));
  }

  private static String run(Path in, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(in.toFile());
    builder.redirectErrorStream(true);
    Map<String, String> identity = new HashMap<>();
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      identity.put("GIT_" + who + "_NAME", "A U Thor");
      identity.put("GIT_" + who + "_EMAIL", "author@example.com");
      identity.put("GIT_" + who + "_DATE", "2020-01-01T00:00:00Z");
    }
    identity.put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().putAll(identity);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
