package linuxkit.disk.qcow2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.function.Supplier;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.Blocks;
import linuxkit.disk.block.CompressedBlocks;
import linuxkit.disk.block.DeflateCompressor;
import linuxkit.disk.block.DiskBlockCompressor;
import linuxkit.disk.block.ZstdCompressor;

/**
 * QEMU's disk image format, version 3 (QEMU, docs/interop/qcow2.rst), with clusters of 64 KiB.
 *
 * @param threads number of compressing threads, at least 1
 */
public record Qcow2(Compression compression, int threads) implements DiskFormat {
  /** The compression of clusters. What a guest writes later is never compressed. */
  public enum Compression {
    NONE,
    /** The format's original compression, which every reader supports. */
    DEFLATE,
    /** Faster and smaller; supported by QEMU since 5.1. */
    ZSTD
  }

  /** The tables of a disk of this size take up 16 MiB; QEMU accepts twice as much. */
  private static final long MAX_SIZE = 1L << 50;

  public Qcow2 {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
  }

  /** Compresses with all cores. */
  public Qcow2(Compression compression) {
    this(compression, Runtime.getRuntime().availableProcessors());
  }

  /** Sizes are up to 1 PiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("qcow2 image", disk.size(), MAX_SIZE);
    Qcow2Writer writer = new Qcow2Writer(disk.size(), file);
    switch (compression) {
      case NONE -> Blocks.forEach(disk, Qcow2Writer.CLUSTER, writer::put);
      // QEMU inflates a cluster in one call, so distances may span all of it.
      case DEFLATE -> compress(disk, () -> new DeflateCompressor(false), writer);
      case ZSTD -> compress(disk, ZstdCompressor::new, writer);
    }
    writer.finish(compression == Compression.ZSTD);
  }

  private void compress(
      SparseImage disk, Supplier<DiskBlockCompressor> compressors, Qcow2Writer writer)
      throws IOException {
    CompressedBlocks.forEach(
        disk,
        Qcow2Writer.CLUSTER,
        threads,
        compressors,
        (index, cluster, compressed) -> {
          if (compressed.length < cluster.length) {
            writer.putCompressed(index, compressed);
          } else {
            writer.put(index, cluster);
          }
        });
  }
}
