package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import linuxkit.base.NameBytes;

/**
 * Reads a tar archive strictly, as a stream: ustar, pax and GNU's long names (POSIX.1-2017, pax;
 * GNU tar manual, "Basic Tar Format"). Sparse files are expanded. Refuses unknown types, and
 * everything that two readers might understand differently.
 *
 * <p>Memory is bounded: an extended header has at most 1 MiB, a name 4096 bytes, a sparse file
 * 100,000 parts. The holes of all sparse files together have at most 64 GiB. Content is read and
 * never skipped, so that a digest over the stream covers it. Nothing is read after the end of the
 * archive. The caller closes the stream, which should be buffered.
 */
public final class TarReader {
  private static final int MAX_EXTENDED = 1 << 20;
  private static final int MAX_NAME = 4096;

  /** A limit for all holes, since a block of an archive can declare any number of zeros. */
  private static final long MAX_HOLES = 64L << 30;

  private final ArchiveInput in;
  private final String archive;
  private final byte[] block = new byte[TarHeader.SIZE];
  private final TarEntryBuilder builder = new TarEntryBuilder();
  private TarPlace place;
  private boolean ended;
  private long holes;

  /**
   * @param archive name of the archive in messages: a file or the digest of a layer
   */
  public TarReader(InputStream in, String archive) {
    this.in = new ArchiveInput(in, TarHeader.SIZE, this::cutOff);
    this.archive = archive;
    this.place = new TarPlace(archive, "", 0);
  }

  /**
   * Reads the next entry; empty at the end of the archive, which may lack the final zero blocks.
   *
   * @throws TarFailure if the archive is damaged, ambiguous or not supported
   * @throws IOException if the stream fails
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

  /**
   * Returns the number of bytes read so far. Right after {@link #next}, this is the offset of the
   * content.
   */
  public long offset() {
    return in.position();
  }

  private TarEntry entry(TarHeader header) throws IOException {
    place = builder.place(header, place);
    long size = builder.size(header, place);
    if (size > Long.MAX_VALUE - TarHeader.SIZE - in.position()) {
      throw place.failure("the size is out of range");
    }
    if (header.type() == 'S' && header.isGnu() && !builder.isSparse()) {
      SparseMap map = SparseForms.old(header, in, place);
      return builder.entry(header, place, sparse(map, size, in.body(size)));
    }
    long start = in.position();
    InputStream content = in.body(size);
    if (builder.isSparse()) {
      SparseMap map = builder.sparseMap(content, place);
      return builder.entry(header, place, sparse(map, size - (in.position() - start), content));
    }
    return builder.entry(header, place, new TarEntry.Body(size, start, content, Optional.empty()));
  }

  private TarEntry.Body sparse(SparseMap map, long stored, InputStream data) {
    if (map.stored() != stored) {
      throw place.failure(
          "the sparse file has " + stored + " bytes of data, but its map has " + map.stored());
    }
    long more = map.size() - stored;
    if (more > MAX_HOLES - holes) {
      throw place.failure(
          "the sparse files of the archive expand to more than " + (MAX_HOLES >> 30) + " GiB");
    }
    holes += more;
    return new TarEntry.Body(map.size(), in.position(), map.expand(data), Optional.of(map));
  }

  /** Reads a block and returns whether there was one. The stream may end only between blocks. */
  private boolean readBlock() throws IOException {
    int n = in.readUpTo(block, block.length);
    if (n != 0 && n < block.length) {
      throw cutOff();
    }
    return n != 0;
  }

  private TarFailure cutOff() {
    return place.failure("the archive is truncated at byte " + in.position());
  }

  private boolean endsHere() throws IOException {
    if (!isZero()) {
      return false;
    }
    if (readBlock() && !isZero()) {
      throw place.failure("a single block of zeros is followed by other data");
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
          "an extended header is " + size + " bytes long, more than the allowed " + MAX_EXTENDED);
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
    return NameBytes.decode(bytes, 0, length);
  }
}
