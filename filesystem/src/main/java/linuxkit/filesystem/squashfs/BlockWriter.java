package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.base.Futures;
import linuxkit.base.io.PositionTrackingOutput;
import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks on several threads and writes them in the order of submission, so that the
 * number of threads does not affect the bytes. Holds a fixed number of blocks. All methods are for
 * one thread.
 */
final class BlockWriter implements AutoCloseable {
  /** Marks the size of a block that is stored uncompressed. */
  private static final int UNCOMPRESSED = 1 << 24;

  /** Receives the position of a block. */
  @FunctionalInterface
  interface Placed {
    /**
     * @param start in bytes from the beginning of the file system
     * @param size as in block lists and fragment entries, that is with {@link #UNCOMPRESSED}
     */
    void at(long start, int size);
  }

  private static final class Slot {
    private final byte[] block;
    private final byte[] packed;
    private int length;
    private @Nullable Future<Integer> size;
    private Placed placed = (_, _) -> {};

    Slot(int blockSize) {
      block = new byte[blockSize];
      packed = new byte[BlockCompressor.capacity(blockSize)];
    }
  }

  private final PositionTrackingOutput body;
  private final SquashfsCompression compression;
  private final int blockSize;
  private final ExecutorService threads;
  private final ConcurrentLinkedQueue<BlockCompressor> idle = new ConcurrentLinkedQueue<>();

  /** A ring; slots with a pending size are not written yet. */
  private final Slot[] slots;

  private int next;

  /**
   * @param threadCount number of threads that compress
   */
  BlockWriter(
      PositionTrackingOutput body,
      SquashfsCompression compression,
      int blockSize,
      int threadCount) {
    this.body = body;
    this.compression = compression;
    this.blockSize = blockSize;
    this.slots = new Slot[2 * threadCount + 2];
    this.idle.add(compression.open(blockSize));
    this.threads =
        Executors.newFixedThreadPool(
            threadCount, Thread.ofPlatform().daemon().name("squashfs-", 0).factory());
  }

  /** Returns an array of the size of a block for the next block. It need not be submitted. */
  byte[] buffer() throws IOException {
    return free().block;
  }

  /**
   * Submits the array that {@link #buffer} returned.
   *
   * @param length of the block, in bytes, from 1 to the block size
   */
  void submit(int length, Placed placed) throws IOException {
    Slot slot = free();
    slot.length = length;
    slot.placed = placed;
    slot.size = threads.submit(() -> compress(slot));
    next = (next + 1) % slots.length;
  }

  /** Writes all submitted blocks. */
  void finish() throws IOException {
    for (int i = 0; i < slots.length; i++) {
      free();
      next = (next + 1) % slots.length;
    }
  }

  private Slot free() throws IOException {
    Slot slot = slots[next];
    if (slot == null) {
      slot = new Slot(blockSize);
      slots[next] = slot;
    }
    if (slot.size != null) {
      int size = Futures.join(slot.size);
      slot.size = null;
      slot.placed.at(body.position(), size == 0 ? slot.length | UNCOMPRESSED : size);
      body.write(size == 0 ? slot.block : slot.packed, 0, size == 0 ? slot.length : size);
    }
    return slot;
  }

  private int compress(Slot slot) {
    BlockCompressor compressor = idle.poll();
    if (compressor == null) {
      compressor = compression.open(blockSize);
    }
    try {
      return compressor.compress(slot.block, slot.length, slot.packed);
    } finally {
      idle.add(compressor);
    }
  }

  /** Stops the threads; blocks that are still pending are never written. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    idle.forEach(BlockCompressor::close);
  }
}
