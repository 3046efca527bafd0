package linuxkit.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path directory;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void doesNotCreateTheTargetBeforeTheCommit() throws IOException {
    Path target = directory.resolve("target");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write("new".getBytes(UTF_8));
      assertThat(file.target()).isEqualTo(target).doesNotExist();
      file.commit();
    }
    assertThat(target).hasContent("new");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void keepsTheOldFileWithoutACommit() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write("new".getBytes(UTF_8));
    }
    assertThat(target).hasContent("old");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void commitReplacesTheFileForLaterReaders() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    try (var reader = Files.newInputStream(target)) {
      AtomicFile.write(target, "new".getBytes(UTF_8));
      assertThat(reader.readAllBytes()).isEqualTo("old".getBytes(UTF_8));
    }
    assertThat(target).hasContent("new");
  }

  @Test
  void acceptsTheLongestNames() throws IOException {
    for (String name : List.of("n".repeat(255), "é".repeat(127), "\ud83d\ude00".repeat(63))) {
      Path target = directory.resolve(name);
      AtomicFile.write(target, "new".getBytes(UTF_8));
      assertThat(target).hasContent("new");
      Files.delete(target);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void failingCommitLeavesNothing() throws IOException {
    Path target = Files.createDirectory(directory.resolve("target"));
    Files.writeString(target.resolve("file"), "in the way");
    assertThatThrownBy(() -> AtomicFile.write(target, new byte[1])).isInstanceOf(IOException.class);
    assertThat(files()).containsExactly(target);
  }

  @Test
  void refusesAMissingDirectory() {
    assertThatThrownBy(() -> AtomicFile.create(directory.resolve("missing/target")))
        .isInstanceOf(NoSuchFileException.class);
  }

  /** Creates files in several threads until it is killed. */
  static final class Maker {
    public static void main(String[] args) {
      for (int i = 0; i < 4; i++) {
        Path target = Path.of(args[0], "target" + i);
        Thread.ofPlatform().start(() -> make(target));
      }
      System.out.println("at work");
    }

    private static void make(Path target) {
      while (true) {
        try (AtomicFile file = AtomicFile.create(target)) {
          file.commit();
        } catch (IOException _) {
          return;
        }
      }
    }
  }

  @Test
  void f10WhatAKilledProcessLeftIsDeletedAfterADay() throws IOException {
    Path target = directory.resolve("web.tar");
    Path old = Files.writeString(directory.resolve(".web.tar.0123456789ab.tmp"), "half");
    Path young = Files.writeString(directory.resolve(".web.tar.0123456789ac.tmp"), "half");
    Path other = Files.writeString(directory.resolve(".web.tar.notes.tmp"), "the user's");
    for (Path file : List.of(old, other)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    }
    AtomicFile.deleteLeftovers(target);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(other).exists();
  }

  @Test
  void interruptedProcessLeavesNothing() throws Exception {
    for (int i = 0; i < 5; i++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Maker.class.getName(),
                  directory.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(process.inputReader(UTF_8).readLine()).isEqualTo("at work");
      process.destroy();
      process.waitFor();
      assertThat(files()).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }
}
