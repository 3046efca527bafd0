package linuxkit.oci.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import linuxkit.base.io.BlockInput;

/**
 * Reads compressed data at any place, without an unpacked copy of it. Whatever is returned was
 * unpacked from bytes that were verified. Safe for use by several threads.
 */
public final class PackedReader {
  // Larger parts are not unpacked in memory.
  private static final long LARGEST_FRAME = 4 << 20;

  private final PackedMap map;
  private final PackedFile file;
  private final LayerCompression compression;
  private final Buffers buffers;
  private final Scratch scratch;
  private final AtomicReferenceArray<Part> parts;
  private volatile int last = -1;

  /**
   * Creates a reader of data that was just unpacked.
   *
   * @param compression not {@link LayerCompression#NONE}
   * @param copy of all the unpacked data, from a {@link PieceSpool}; the reader owns it
   */
  public PackedReader(
      PackedMap map,
      PackedFile file,
      LayerCompression compression,
      Buffers buffers,
      Scratch scratch,
      FileChannel copy) {
    this(map, file, compression, buffers, scratch);
    if (parts.length() == 1 && map.size() > LARGEST_FRAME) {
      SpooledPart whole = new SpooledPart(map, file, compression, buffers, 0, scratch);
      whole.use(copy);
      parts.set(0, whole);
    } else {
      PieceSpool.discard(copy);
    }
  }

  /**
   * @param compression not {@link LayerCompression#NONE}
   */
  public PackedReader(
      PackedMap map,
      PackedFile file,
      LayerCompression compression,
      Buffers buffers,
      Scratch scratch) {
    this.map = map;
    this.file = file;
    this.compression = compression;
    this.buffers = buffers;
    this.scratch = scratch;
    this.parts = new AtomicReferenceArray<>(map.parts());
  }

  /**
   * Opens a stream over a range of the unpacked data. It throws a {@link DamagedPackingException}
   * before it returns anything that was unpacked from damaged bytes.
   */
  public InputStream open(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, map.size());
    return new Range(offset, offset + length);
  }

  /** Writes a range of the unpacked data; see {@link #open}. */
  public void copy(long offset, long length, OutputStream out) throws IOException {
    Objects.checkFromIndexSize(offset, length, map.size());
    long end = offset + length;
    for (long at = offset; at < end; ) {
      int number = number(at);
      long to = Math.min(end, map.start(number + 1));
      part(number).copy(at - map.start(number), to - at, out);
      at = to;
    }
  }

  private final class Range extends BlockInput {
    private final long end;
    private long position;

    Range(long position, long end) {
      this.position = position;
      this.end = end;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      if (position == end) {
        return -1;
      }
      int number = number(position);
      long left = Math.min(end, map.start(number + 1)) - position;
      int n = (int) Math.min(length, left);
      part(number).read(position - map.start(number), bytes, offset, n);
      position += n;
      return n;
    }
  }

  // Most readers go forward, so the part after the one that they come to is unpacked meanwhile.
  private int number(long position) {
    int known = last;
    if (known >= 0 && position >= map.start(known) && position < map.start(known + 1)) {
      return known;
    }
    int number = map.part(position);
    last = number;
    if (known == number - 1 && number + 1 < map.parts() && part(number + 1) instanceof Frame next) {
      Thread.ofVirtual().start(next::prepare);
    }
    return number;
  }

  private Part part(int number) {
    Part part = parts.get(number);
    if (part == null) {
      parts.compareAndSet(number, null, make(number));
      part = parts.get(number);
    }
    return part;
  }

  private Part make(int number) {
    return map.start(number + 1) - map.start(number) <= LARGEST_FRAME
        ? new Frame(map, file, compression, buffers, number)
        : new SpooledPart(map, file, compression, buffers, number, scratch);
  }
}
