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
 * Compresses the blocks of a disk that are not all zeros. Several threads compress, but the results
 * arrive in order and do not depend on the number of threads.
 */
public final class CompressedBlocks {
  /** Receives one block after another. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param index of the block: its offset in the disk, in blocks
     * @param block padded with zeros at the end of the disk
     * @param compressed the compressed block
     */
    void visit(long index, byte[] block, byte[] compressed) throws IOException;
  }

  private CompressedBlocks() {}

  /**
   * Reads the disk once, in order, and holds a few blocks per thread in memory.
   *
   * @param blockSize in bytes
   * @param compressors makes a compressor for each thread
   * @param visitor called by the caller's thread
   */
  public static void forEach(
      SparseImage disk,
      int blockSize,
      int threads,
      Supplier<DiskBlockCompressor> compressors,
      Visitor visitor)
      throws IOException {
    List<DiskBlockCompressor> made = new ArrayList<>();
    BlockingQueue<DiskBlockCompressor> idle = new ArrayBlockingQueue<>(threads);
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
      made.forEach(DiskBlockCompressor::close);
    }
  }

  private static byte[] compress(BlockingQueue<DiskBlockCompressor> idle, byte[] block)
      throws InterruptedException {
    DiskBlockCompressor compressor = idle.take();
    try {
      return compressor.compress(block);
    } finally {
      idle.add(compressor);
    }
  }
}
