package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.base.Futures;
import linuxkit.base.PositionTrackingOutput;
import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks on several threads and writes them in the order in which they came, so that
 * nothing shows how many threads there were. It holds a fixed number of blocks. All methods are for
 * one thread.
 */
final class BlockWriter implements AutoCloseable {
  /** Set in the size of a block that is stored as it is. */
  private static final int UNCOMPRESSED = 1 << 24;

  /** Learns where a block went. */
  @FunctionalInterface
  interface Placed {
    /**
     * @param start in bytes from the beginning of the file system
     * @param size as block lists and fragment entries have it, that is with {@link #UNCOMPRESSED}
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

  /** A ring; a slot with a size to come is still to be written. */
  private final Slot[] slots;

  private int next;

  /**
   * @param threadCount how many compress at once
   */
  BlockWriter(PositionTrackingOutput body, SquashfsCompression compression, int blockSize, int threadCount) {
    this.body = body;
    this.compression = compression;
    this.blockSize = blockSize;
    this.slots = new Slot[2 * threadCount + 2];
    this.idle.add(compression.open(blockSize));
    this.threads =
        Executors.newFixedThreadPool(
            threadCount, Thread.ofPlatform().daemon().name("squashfs-", 0).factory());
  }

  /** An array of the size of a block, for the next one; it may be filled and left at that. */
  byte[] buffer() throws IOException {
    return free().block;
  }

  /**
   * Takes over what {@link #buffer} gave.
   *
   * @param length of the block, in bytes, from 1 to the size of a block
   */
  void submit(int length, Placed placed) throws IOException {
    Slot slot = free();
    slot.length = length;
    slot.placed = placed;
    slot.size = threads.submit(() -> compress(slot));
    next = (next + 1) % slots.length;
  }

  /** Writes all that was submitted. */
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

  /** Ends the threads; what was not written by then never is. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    idle.forEach(BlockCompressor::close);
  }
}
