package linuxkit.base.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class NamedOutputTest {
  private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void writesTheFileThatALinkLeadsTo() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target.getFileName());
    NamedOutput.write(link, out -> out.write(NEW));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(target));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("made"));
    NamedOutput.write(dangling, out -> out.write(NEW));
    assertTrue(Files.isSymbolicLink(dangling));
    assertEquals("new", Files.readString(folder.resolve("made")));
  }

  @Test
  void keepsTheOldFileIfWritingFails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThrows(
        IOException.class,
        () ->
            NamedOutput.write(
                file,
                out -> {
                  out.write(NEW);
                  throw new IOException("broken");
                }));
    assertEquals("old", Files.readString(file));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void writesToAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process reader = new ProcessBuilder("cat", pipe.toString()).start();
    NamedOutput.write(pipe, out -> out.write(NEW));
    assertEquals("new", new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(0, reader.waitFor());
  }
}
