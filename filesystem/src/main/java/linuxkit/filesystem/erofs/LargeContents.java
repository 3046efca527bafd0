package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.OrderedPipeline;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;

/** Contents that other threads read, verify and write while the caller goes on behind them. */
final class LargeContents implements AutoCloseable {
  private static final long LARGE = 1 << 20;

  private final BlockOutput out;
  private final OrderedPipeline pipeline;

  LargeContents(BlockOutput out, int threads) {
    this.out = out;
    this.pipeline = new OrderedPipeline(threads);
  }

  static boolean isLarge(long size) {
    return size >= LARGE;
  }

  /**
   * Has all of a content written, now or later.
   *
   * @param path of the file, for failures
   * @throws linuxkit.base.FileFailure when one before cannot be read or has another size than it
   *     says
   * @throws IOException when one before cannot be written
   */
  void add(Content content, String path) throws IOException {
    OutputStream place = out.reserve(content.size());
    pipeline.submit(
        () -> {
          ContentReader.copy(content, path, place);
          return path;
        },
        _ -> {});
  }

  /**
   * Waits for all of them.
   *
   * @throws IOException as {@link #add}
   */
  void finish() throws IOException {
    pipeline.finish();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
