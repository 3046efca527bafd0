package linuxkit.base;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.base.io.RandomAccessOutput;

/**
 * The content of a disk or volume before it is written: a size and extents. All bytes outside the
 * extents are zero. Immutable; several threads may write it at once, and repeatedly.
 */
public final class SparseImage {
  private static final byte[] ZEROS = new byte[1 << 16];

  /** Provides the bytes of an extent. */
  @FunctionalInterface
  public interface Source {
    /** Writes all bytes of the extent, every time the same ones; {@code out} stays open. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * @param offset in bytes from the beginning of the image
   * @param length in bytes, at least 1
   */
  public record Extent(long offset, long length, Source source) {
    public Extent {
      if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
        throw new IllegalArgumentException("not an extent: " + length + " bytes at " + offset);
      }
    }

    /** Returns the position after the last byte, in bytes from the beginning of the image. */
    public long end() {
      return offset + length;
    }

    /**
     * @throws IOException if {@code out} or the source fails, or the source gives another number of
     *     bytes
     */
    public void writeTo(OutputStream out) throws IOException {
      CountingOutput counted = new CountingOutput(out);
      source.writeTo(counted);
      if (counted.count() != length) {
        throw new IOException("an extent of " + length + " bytes has " + counted.count());
      }
    }
  }

  /** Gathers the extents of an image, in any order. */
  public static final class Builder {
    private final TreeMap<Long, Extent> extents = new TreeMap<>();

    private Builder() {}

    /**
     * @param offset in bytes
     * @param length in bytes; 0 adds nothing
     * @throws IllegalArgumentException if another extent covers some of these bytes
     */
    public Builder put(long offset, long length, Source source) {
      if (length == 0) {
        return this;
      }
      Extent extent = new Extent(offset, length, source);
      Map.Entry<Long, Extent> before = extents.lowerEntry(extent.end());
      if (before != null && before.getValue().end() > offset) {
        throw new IllegalArgumentException(
            "extents overlap at " + offset + " and " + before.getKey());
      }
      extents.put(offset, extent);
      return this;
    }

    /**
     * @param bytes not copied; must not be modified afterwards
     */
    public Builder put(long offset, byte[] bytes) {
      return put(offset, bytes.length, out -> out.write(bytes));
    }

    /** Puts all extents of another image, such as a partition. */
    public Builder put(long offset, SparseImage image) {
      for (Extent extent : image.extents) {
        put(offset + extent.offset, extent.length, extent.source);
      }
      return this;
    }

    /**
     * @param size in bytes, not less than the end of the last extent
     */
    public SparseImage build(long size) {
      if (size < 0 || (!extents.isEmpty() && extents.lastEntry().getValue().end() > size)) {
        throw new IllegalArgumentException(
            "an image of " + size + " bytes is smaller than its extents");
      }
      return new SparseImage(size, List.copyOf(extents.values()));
    }
  }

  private final long size;
  private final List<Extent> extents;

  private SparseImage(long size, List<Extent> extents) {
    this.size = size;
    this.extents = extents;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Returns the size in bytes. */
  public long size() {
    return size;
  }

  /** Returns the extents, which do not overlap, in the order of their offsets. */
  public List<Extent> extents() {
    return extents;
  }

  /** Writes every byte, including zeros outside the extents. */
  public void writeTo(OutputStream out) throws IOException {
    long at = 0;
    for (Extent extent : extents) {
      zeros(extent.offset - at, out);
      extent.writeTo(out);
      at = extent.end();
    }
    zeros(size - at, out);
  }

  /**
   * Writes to a new, empty file and leaves holes between the extents, so that the file takes no
   * more space than they do. Several extents are read, verified and written at once.
   *
   * @param channel open for writing; stays open, and its position does not change
   */
  public void writeTo(FileChannel channel) throws IOException {
    try {
      RandomAccessOutput file = RandomAccessOutput.to(channel);
      Parallel.map(extents, extent -> write(extent, file.at(extent.offset)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (channel.size() < size) {
      // Only a write at its end makes a file longer.
      RandomAccessOutput.to(channel).at(size - 1).write(0);
    }
  }

  private static Extent write(Extent extent, OutputStream out) {
    try {
      extent.writeTo(out);
      return extent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void zeros(long count, OutputStream out) throws IOException {
    for (long left = count; left > 0; left -= ZEROS.length) {
      out.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
    }
  }

  /** Counts the bytes that it passes on. */
  private static final class CountingOutput extends OutputStream {
    private final OutputStream out;
    private long count;

    CountingOutput(OutputStream out) {
      this.out = out;
    }

    long count() {
      return count;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
