package linuxkit.disk.block;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
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

  /** How many blocks each thread may be ahead, so that none waits for the writing. */
  private static final int AHEAD = 8;

  private static final class Pending {
    private final long index;
    private final byte[] block;
    private final Future<byte[]> compressed;

    Pending(long index, byte[] block, Future<byte[]> compressed) {
      this.index = index;
      this.block = block;
      this.compressed = compressed;
    }

    void visit(Visitor visitor) throws IOException {
      try {
        visitor.visit(index, block, compressed.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("compressing failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
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
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        made.add(compressors.get());
      }
      idle.addAll(made);
      Queue<Pending> pending = new ArrayDeque<>();
      Blocks.forEach(
          disk,
          blockSize,
          (index, block) -> {
            if (pending.size() == AHEAD * threads) {
              pending.remove().visit(visitor);
            }
            byte[] copy = block.clone();
            pending.add(new Pending(index, copy, executor.submit(() -> compress(idle, copy))));
          });
      while (!pending.isEmpty()) {
        pending.remove().visit(visitor);
      }
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
