package linuxkit.run.qemu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Printable;

/**
 * Passes QEMU's standard error on, and keeps its last error message. That is the last line that
 * begins with the program's name, since lines of explanation may follow it; failing that, the last
 * line.
 */
final class QemuErrors {
  private static final int LIMIT = 1000;
  private static final Pattern ERROR = Pattern.compile("\\S*qemu-system-\\w+: (.+)");
  // A child of QEMU may keep standard error open.
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final Thread reader;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean errorSeen;
  private volatile String message = "";

  private QemuErrors(InputStream errors) {
    reader = Thread.ofVirtual().start(() -> read(errors));
  }

  static QemuErrors of(Process process) {
    return new QemuErrors(process.getErrorStream());
  }

  /** Returns the error without the program's name; to be called when the process has ended. */
  String await() throws InterruptedException {
    reader.join(TIMEOUT);
    return message;
  }

  private void read(InputStream errors) {
    byte[] buffer = new byte[4096];
    try (errors) {
      for (int count = errors.read(buffer); count >= 0; count = errors.read(buffer)) {
        for (int i = 0; i < count; i++) {
          add(buffer[i]);
        }
      }
    } catch (IOException _) {
      // The process has ended, and everything it wrote has been read.
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
      // It may quote a disk image, which other people wrote.
      System.err.println(Printable.line(text));
    }
    Matcher matcher = ERROR.matcher(text);
    if (matcher.matches()) {
      errorSeen = true;
      message = matcher.group(1);
    } else if (!errorSeen && !text.isEmpty()) {
      message = text;
    }
  }
}
