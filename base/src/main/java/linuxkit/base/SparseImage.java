package linuxkit.base;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bytes of a disk or a volume, before any of them is written: a size, and the extents outside
 * which all is zero. Immutable; it may be written several times, and by several threads at once.
 */
public final class SparseImage {
  private static final byte[] ZEROS = new byte[1 << 16];

  /** Where the bytes of an extent come from. */
  @FunctionalInterface
  public interface Source {
    /** Writes the bytes of the whole extent, the same ones every time; {@code out} stays open. */
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

    /** In bytes from the beginning of the image: the first byte that is not in it. */
    public long end() {
      return offset + length;
    }

    /**
     * @throws IOException when {@code out} fails, or the source does, also by giving another number
     *     of bytes
     */
    public void writeTo(OutputStream out) throws IOException {
      CountingOutput counted = new CountingOutput(out);
      source.writeTo(counted);
      if (counted.count() != length) {
        throw new IOException("an extent of " + length + " bytes gave " + counted.count());
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
     * @throws IllegalArgumentException when there is an extent at some of these bytes already
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
     * @param bytes not copied, and not to be changed any more
     */
    public Builder put(long offset, byte[] bytes) {
      return put(offset, bytes.length, out -> out.write(bytes));
    }

    /** Puts all of another image, such as that of a partition. */
    public Builder put(long offset, SparseImage image) {
      for (Extent extent : image.extents) {
        put(offset + extent.offset, extent.length, extent.source);
      }
      return this;
    }

    /**
     * @param size in bytes, not before the end of the last extent
     */
    public SparseImage build(long size) {
      if (size < 0 || (!extents.isEmpty() && extents.lastEntry().getValue().end() > size)) {
        throw new IllegalArgumentException("an image of " + size + " bytes holds less than is put");
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

  /** In bytes. */
  public long size() {
    return size;
  }

  /** In the order of their offsets; none overlaps another. */
  public List<Extent> extents() {
    return extents;
  }

  /** Writes every byte, the zeros too. */
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
   * Writes a new, empty file, leaving holes where there is no extent: it takes up no more room than
   * the extents do. While one extent is written, others are read and verified.
   *
   * @param channel open for writing; stays open, its position as it was
   */
  public void writeTo(FileChannel channel) throws IOException {
    try {
      RandomAccessOutput file = RandomAccessOutput.to(channel);
      Parallel.map(extents, extent -> write(extent, file.at(extent.offset)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (channel.size() < size) {
      // A file becomes longer only when something is written at its end.
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

  /** Passes bytes on and counts them. */
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
