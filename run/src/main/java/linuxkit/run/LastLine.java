package linuxkit.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passes on what QEMU says on standard error, and keeps its last error: a line that begins with the
 * program's name, which others may explain further; without any, the last line.
 */
final class LastLine {
  private static final int LIMIT = 1000;
  private static final Pattern ERROR = Pattern.compile("\\S*qemu-system-\\w+: (.+)");
  // Something that the process started may hold its standard error open.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Thread reader;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean error;
  private volatile String last = "";

  private LastLine(InputStream errors) {
    reader = Thread.ofVirtual().start(() -> read(errors));
  }

  static LastLine of(Process process) {
    return new LastLine(process.getErrorStream());
  }

  /** The line, without the program's name, once the process has ended. */
  String await() throws InterruptedException {
    reader.join(PATIENCE);
    return last;
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
    Matcher matcher = ERROR.matcher(text);
    if (matcher.matches()) {
      error = true;
      last = matcher.group(1);
    } else if (!error && !text.isEmpty()) {
      last = text;
    }
  }
}
