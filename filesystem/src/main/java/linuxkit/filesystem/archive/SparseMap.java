package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import linuxkit.base.io.BlockInput;
import linuxkit.filesystem.Extent;

/**
 * The places of the data in a sparse file, whose other bytes are zeros. An archive holds only the
 * data, one part after the other.
 *
 * @param size of the whole file in bytes
 * @param parts in ascending order, without overlap
 */
public record SparseMap(long size, List<Extent> parts) {
  public SparseMap {
    parts = List.copyOf(parts);
    long end = 0;
    for (Extent part : parts) {
      if (part.offset() < end || part.length() < 1 || part.offset() > size - part.length()) {
        throw new IllegalArgumentException("the parts of a sparse file are out of order");
      }
      end = part.offset() + part.length();
    }
    if (size < end) {
      throw new IllegalArgumentException("not the size of a sparse file: " + size);
    }
  }

  /** Returns the size of the data in bytes. */
  public long stored() {
    return storedBefore(size);
  }

  /** Returns how many bytes of data are before an offset in the file. */
  public long storedBefore(long offset) {
    long stored = 0;
    for (Extent part : parts) {
      if (part.offset() >= offset) {
        break;
      }
      stored += Math.min(part.length(), offset - part.offset());
    }
    return stored;
  }

  /** Returns the map of a range of the file. */
  public SparseMap range(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size);
    List<Extent> range = new ArrayList<>();
    for (Extent part : parts) {
      long start = Math.max(part.offset(), offset);
      long end = Math.min(part.offset() + part.length(), offset + length);
      if (start < end) {
        range.add(new Extent(start - offset, end - start));
      }
    }
    return new SparseMap(length, range);
  }

  /**
   * Returns a stream over the whole file.
   *
   * @param data a stream over the data, closed with the returned one
   */
  public InputStream expand(InputStream data) {
    return new Expanded(data);
  }

  private final class Expanded extends BlockInput {
    private final InputStream data;
    private long position;
    private int next;

    Expanded(InputStream data) {
      this.data = data;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      if (position == size) {
        return -1;
      }
      // After the last part, an empty one at the end.
      Extent part = next < parts.size() ? parts.get(next) : new Extent(size, 0);
      int n;
      if (position < part.offset()) {
        n = (int) Math.min(length, part.offset() - position);
        Arrays.fill(bytes, offset, offset + n, (byte) 0);
      } else {
        long left = part.offset() + part.length() - position;
        n = data.read(bytes, offset, (int) Math.min(length, left));
        if (n < 0) {
          throw new IOException("the data of a sparse file is truncated");
        }
        next += n == left ? 1 : 0;
      }
      position += n;
      return n;
    }

    @Override
    public void close() throws IOException {
      data.close();
    }
  }
}
