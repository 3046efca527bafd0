package linuxkit.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Passes on what a process says on standard error, and keeps the last line of it. */
final class LastLine {
  private static final int LIMIT = 1000;
  // Something that the process started may hold its standard error open.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Thread reader;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private volatile String last = "";

  private LastLine(InputStream errors) {
    reader = Thread.ofVirtual().start(() -> read(errors));
  }

  static LastLine of(Process process) {
    return new LastLine(process.getErrorStream());
  }

  /** The last line that is not empty, without the program's name, once the process has ended. */
  String await() throws InterruptedException {
    reader.join(PATIENCE);
    return last.replaceFirst("^\\S*qemu-system-\\w+: ", "");
  }

  private void read(InputStream errors) {
    byte[] buffer = new byte[4096];
    try (errors) {
      for (int count = errors.read(buffer); count >= 0; count = errors.read(buffer)) {
        System.err.write(buffer, 0, count);
        System.err.flush();
        for (int i = 0; i < count; i++) {
          add(buffer[i]);
        }
      }
    } catch (IOException _) {
      // The process is gone, and what it said has been read.
    }
    end();
  }

  private void add(byte b) {
    if (b == '\n') {
      end();
    } else if (line.size() < LIMIT) {
      line.write(b);
    }
  }

  private void end() {
    String text = line.toString(StandardCharsets.UTF_8).strip();
    line.reset();
    if (!text.isEmpty()) {
      last = text;
    }
  }
}
