package linuxkit.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads a tar archive strictly, as a stream: ustar, pax and GNU's long names (POSIX.1-2017, pax;
 * GNU tar manual, "Basic Tar Format"). What two readers might read in two ways, sparse files and
 * unknown types are refused.
 *
 * <p>Memory is bounded: an extended header has at most 1 MiB, a name 4096 bytes. Content is never
 * skipped but read, so that a digest over the stream sees all of it; nothing is read behind the end
 * of the archive. The stream belongs to the caller and should be buffered.
 */
public final class TarReader {
  private static final int MAX_EXTENDED = 1 << 20;
  private static final int MAX_NAME = 4096;

  private final ArchiveInput in;
  private final String archive;
  private final byte[] block = new byte[TarHeader.SIZE];
  private final TarEntryBuilder builder = new TarEntryBuilder();
  private TarPlace place;
  private boolean ended;

  /**
   * @param archive what messages call it: a file, or a layer's digest
   */
  public TarReader(InputStream in, String archive) {
    this.in = new ArchiveInput(in, TarHeader.SIZE, this::cutOff);
    this.archive = archive;
    this.place = new TarPlace(archive, "", 0);
  }

  /**
   * The next entry; none at the end of the archive, which may lack its closing zero blocks.
   *
   * @throws TarFailure when the archive cannot be used
   * @throws IOException when the stream fails
   */
  public Optional<TarEntry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    in.finishBody();
    builder.clear();
    while (true) {
      place = new TarPlace(archive, "", in.position());
      if (!readBlock() || endsHere()) {
        if (builder.pending()) {
          throw place.failure("the archive ends after an extended header");
        }
        ended = true;
        return Optional.empty();
      }
      TarHeader header = new TarHeader(block, place);
      switch (header.type()) {
        case 'x' -> builder.extended(PaxRecords.parse(extended(header.size()), place), place);
        case 'g' -> builder.global(PaxRecords.parse(extended(header.size()), place), place);
        case 'L' -> builder.longName(longText(header), place);
        case 'K' -> builder.longLink(longText(header), place);
        default -> {
          return Optional.of(entry(header));
        }
      }
    }
  }

  /** How many bytes of the archive were read. Right after {@link #next}: where content begins. */
  public long offset() {
    return in.position();
  }

  private TarEntry entry(TarHeader header) {
    place = builder.place(header, place);
    long size = builder.size(header, place);
    if (size > Long.MAX_VALUE - TarHeader.SIZE - in.position()) {
      throw place.failure("the size is out of range");
    }
    return builder.entry(header, place, size, in.position(), in.body(size));
  }

  /** Whether a block was there; the stream may end only between blocks. */
  private boolean readBlock() throws IOException {
    int n = in.readUpTo(block, block.length);
    if (n != 0 && n < block.length) {
      throw cutOff();
    }
    return n != 0;
  }

  private TarFailure cutOff() {
    return place.failure("the archive is cut off at byte " + in.position());
  }

  private boolean endsHere() throws IOException {
    if (!isZero()) {
      return false;
    }
    if (readBlock() && !isZero()) {
      throw place.failure("a single block of zeros is followed by more");
    }
    return true;
  }

  private boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private byte[] extended(long size) throws IOException {
    if (size > MAX_EXTENDED) {
      throw place.failure(
          "an extended header has " + size + " bytes, more than the " + MAX_EXTENDED + " allowed");
    }
    byte[] bytes = in.body(size).readNBytes((int) size);
    in.finishBody();
    return bytes;
  }

  private String longText(TarHeader header) throws IOException {
    if (header.size() > MAX_NAME + 1) {
      throw TarEntryBuilder.tooLong(place);
    }
    byte[] bytes = extended(header.size());
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return TarHeader.utf8(ByteBuffer.wrap(bytes, 0, length), "long name", place);
  }
}
