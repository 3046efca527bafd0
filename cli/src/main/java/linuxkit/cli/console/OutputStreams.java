package linuxkit.cli.console;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Streams of text that remember why they could not be written to. */
public final class OutputStreams {
  private OutputStreams() {}

  /** Returns a stream that writes lines at once, in UTF-8. */
  public static PrintStream lines(OutputStream out) {
    return new Observed(new Sink(out));
  }

  /** A stream of text; those of the JDK only say that there was an error. */
  static final class Observed extends PrintStream {
    private final Sink sink;

    private Observed(Sink sink) {
      super(sink, true, StandardCharsets.UTF_8);
      this.sink = sink;
    }

    /** Returns whether nobody reads what is written any more. */
    boolean isClosed() {
      return sink.closed;
    }
  }

  private static final class Sink extends FilterOutputStream {
    private volatile boolean closed;

    private Sink(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        // The JDK has no type for this error, and its text is that of the system.
        closed |= Objects.requireNonNullElse(e.getMessage(), "").contains("Broken pipe");
        throw e;
      }
    }
  }
}
