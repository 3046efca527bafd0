package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.OrderedPipeline;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/** Reads, verifies and writes contents on other threads while the caller writes after them. */
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
   * Submits content, which is written now or later.
   *
   * @param path of the file, for failures
   * @throws linuxkit.base.FileFailure if an earlier content cannot be read or does not have the
   *     size that it declares
   * @throws IOException if an earlier content cannot be written
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
   * Waits until all contents are written.
   *
   * @throws IOException see {@link #add}
   */
  void finish() throws IOException {
    pipeline.finish();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
