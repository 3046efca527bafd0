package linuxkit.disk.block;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import linuxkit.base.OrderedPipeline;
import linuxkit.base.SparseImage;

/**
 * The blocks of a disk that are not all zeros, compressed by several threads and yet one after
 * another: what is written of them does not depend on the number of threads.
 */
public final class CompressedBlocks {
  /** Takes one block after another. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param index of the block: its offset in the disk, in blocks
     * @param block all of it, with zeros behind the end of the disk
     * @param compressed what it was compressed to
     */
    void visit(long index, byte[] block, byte[] compressed) throws IOException;
  }

  private CompressedBlocks() {}

  /**
   * Goes through the disk once, in the order of the blocks, holding a few blocks a thread.
   *
   * @param blockSize in bytes
   * @param compressors makes one for each thread
   * @param visitor called in the thread of the caller
   */
  public static void forEach(
      SparseImage disk,
      int blockSize,
      int threads,
      Supplier<BlockCompressor> compressors,
      Visitor visitor)
      throws IOException {
    List<BlockCompressor> made = new ArrayList<>();
    BlockingQueue<BlockCompressor> idle = new ArrayBlockingQueue<>(threads);
    try (OrderedPipeline pipeline = new OrderedPipeline(threads)) {
      for (int i = 0; i < threads; i++) {
        made.add(compressors.get());
      }
      idle.addAll(made);
      Blocks.forEach(
          disk,
          blockSize,
          (index, block) -> {
            byte[] copy = block.clone();
            pipeline.submit(
                () -> compress(idle, copy), compressed -> visitor.visit(index, copy, compressed));
          });
      pipeline.finish();
    } finally {
      made.forEach(BlockCompressor::close);
    }
  }

  private static byte[] compress(BlockingQueue<BlockCompressor> idle, byte[] block)
      throws InterruptedException {
    BlockCompressor compressor = idle.take();
    try {
      return compressor.compress(block);
    } finally {
      idle.add(compressor);
    }
  }
}
