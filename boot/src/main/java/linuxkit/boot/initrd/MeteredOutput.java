package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** Counts what goes through, and knows whether it was the output that failed. */
final class MeteredOutput extends OutputStream {
  private final OutputStream out;
  private final LongConsumer meter;
  private long position;
  private boolean failed;

  MeteredOutput(OutputStream out, LongConsumer meter) {
    this.out = out;
    this.meter = meter;
  }

  long position() {
    return position;
  }

  /** Whether a write failed; if not, an exception came from what was to be written. */
  boolean failed() {
    return failed;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    boolean done = false;
    try {
      out.write(bytes, offset, count);
      done = true;
    } finally {
      failed |= !done;
    }
    position += count;
    meter.accept(count);
  }
}
