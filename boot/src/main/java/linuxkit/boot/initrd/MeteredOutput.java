package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** Counts the bytes that are written through it. */
final class MeteredOutput extends OutputStream {
  private final OutputStream out;
  private final LongConsumer meter;
  private long position;

  MeteredOutput(OutputStream out, LongConsumer meter) {
    this.out = out;
    this.meter = meter;
  }

  long position() {
    return position;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    out.write(bytes, offset, count);
    position += count;
    meter.accept(count);
  }
}
