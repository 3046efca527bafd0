package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.EntryNameFailure;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/** Combines a header and the extended headers before it to an entry. */
final class TarEntryBuilder {
  private static final int MAX_NAME = 4096;
  private static final String SPARSE_NAME = PaxRecords.SPARSE + "name";

  private OptionalLong globalUid = OptionalLong.empty();
  private OptionalLong globalGid = OptionalLong.empty();
  private OptionalLong globalModified = OptionalLong.empty();

  private @Nullable PaxRecords pax;
  private @Nullable String longName;
  private @Nullable String longLink;

  /** Forgets the extended headers of the previous entry. */
  void clear() {
    pax = null;
    longName = null;
    longLink = null;
  }

  /** Returns whether extended headers wait for their entry. */
  boolean pending() {
    return pax != null || longName != null || longLink != null;
  }

  void extended(PaxRecords records, TarPlace place) {
    if (pax != null) {
      throw place.failure("an entry has two pax headers");
    }
    pax = records;
  }

  /**
   * Takes owner and time for all following entries. Names and sizes for all entries are refused:
   * they make no sense, and readers that ignore global headers would see another archive.
   */
  void global(PaxRecords records, TarPlace place) {
    if (pending()) {
      throw place.failure("a global header stands between an entry and its extended header");
    }
    records.checkGlobal(place);
    globalUid = or(records.natural("uid", place), globalUid);
    globalGid = or(records.natural("gid", place), globalGid);
    globalModified = or(records.seconds("mtime", place), globalModified);
  }

  void longName(String name, TarPlace place) {
    if (longName != null) {
      throw place.failure("an entry has two long names");
    }
    longName = name;
  }

  void longLink(String link, TarPlace place) {
    if (longLink != null) {
      throw place.failure("an entry has two long link names");
    }
    longLink = link;
  }

  TarPlace place(TarHeader header, TarPlace place) {
    // The path of a sparse file is for readers that cannot expand it.
    String path = records().text(SPARSE_NAME, place).isPresent() ? SPARSE_NAME : "path";
    return place.named(text(path, longName, header, TarHeader::name, place));
  }

  /** Returns whether the pax header is that of a sparse file. */
  boolean isSparse() {
    return records().areSparse();
  }

  /** Reads the map of a sparse file; see {@link SparseForms#pax}. */
  SparseMap sparseMap(InputStream content, TarPlace place) throws IOException {
    return SparseForms.pax(records(), content, place);
  }

  /**
   * Returns the size of the content in bytes. The pax header overrides the entry's own (POSIX,
   * pax).
   */
  long size(TarHeader header, TarPlace place) {
    return records().natural("size", place).orElseGet(header::size);
  }

  /**
   * @param place with the name of the entry
   */
  TarEntry entry(TarHeader header, TarPlace place, TarEntry.Body body) {
    PaxRecords records = records();
    String name = place.entry();
    TarEntry.Type type = type(header, name, place);
    if ((body.size() != 0 || body.sparse().isPresent()) && type != TarEntry.Type.FILE) {
      throw place.failure("the entry has content but is not a regular file");
    }
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    return new TarEntry(
        name,
        path(name, type, place),
        type,
        link(type, header, place),
        new Metadata(
            header.permissions(),
            id(or(records.natural("uid", place), globalUid).orElseGet(header::uid), "uid", place),
            id(or(records.natural("gid", place), globalGid).orElseGet(header::gid), "gid", place),
            or(records.seconds("mtime", place), globalModified).orElseGet(header::modified),
            records.xattrs(place)),
        device
            ? new DeviceNumbers(
                number(header.major(), Node.Device.MAX_MAJOR, "device major", place),
                number(header.minor(), Node.Device.MAX_MINOR, "device minor", place))
            : DeviceNumbers.NONE,
        records.others(),
        body);
  }

  private PaxRecords records() {
    PaxRecords records = pax;
    return records == null ? PaxRecords.NONE : records;
  }

  private static OptionalLong or(OptionalLong first, OptionalLong second) {
    return first.isPresent() ? first : second;
  }

  private String text(
      String key,
      @Nullable String gnu,
      TarHeader header,
      Function<TarHeader, String> field,
      TarPlace place) {
    Optional<String> record = records().text(key, place);
    if (gnu != null && record.isPresent() && !record.get().equals(gnu)) {
      throw place.failure("the pax header and the GNU long name differ");
    }
    String text = gnu != null ? gnu : record.orElseGet(() -> field.apply(header));
    if (text.indexOf('\0') >= 0) {
      throw place.failure("the " + key + " contains a NUL");
    }
    if (text.length() > MAX_NAME
        || (text.length() * 3 > MAX_NAME && NameBytes.encode(text).length > MAX_NAME)) {
      throw tooLong(place);
    }
    return text;
  }

  static TarFailure tooLong(TarPlace place) {
    return place.failure("a name is longer than " + MAX_NAME + " bytes");
  }

  private TarEntry.Type type(TarHeader header, String name, TarPlace place) {
    boolean slash = name.endsWith("/");
    return switch (header.type()) {
      // Before POSIX, a directory was a file whose name ends in a slash.
      case '\0' -> slash ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case '0', '7' -> {
        if (slash) {
          throw place.failure("the name of a regular file ends in a slash");
        }
        yield TarEntry.Type.FILE;
      }
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      case 'S' -> {
        if (!header.isGnu() || isSparse() || slash) {
          throw place.failure("the sparse file does not have the form of GNU tar");
        }
        yield TarEntry.Type.FILE;
      }
      default ->
          throw place.failure("unknown type: " + EntryName.quote(String.valueOf(header.type())));
    };
  }

  private static String path(String name, TarEntry.Type type, TarPlace place) {
    String path = clean(name, place);
    if (path.isEmpty() && type != TarEntry.Type.DIRECTORY) {
      throw place.failure("the root is not a directory");
    }
    return path;
  }

  private String link(TarEntry.Type type, TarHeader header, TarPlace place) {
    if (type != TarEntry.Type.SYMLINK && type != TarEntry.Type.HARD_LINK) {
      return "";
    }
    String link = text("linkpath", longLink, header, TarHeader::link, place);
    String target = type == TarEntry.Type.SYMLINK ? link : clean(link, place);
    if (target.isEmpty()) {
      throw place.failure("the target of the link is missing");
    }
    return target;
  }

  private static String clean(String name, TarPlace place) {
    try {
      return EntryName.clean(name);
    } catch (EntryNameFailure e) {
      throw place.failure(e.what());
    }
  }

  private static long id(long id, String field, TarPlace place) {
    if (id > Metadata.MAX_ID) {
      throw place.failure("the " + field + " " + id + " is out of range");
    }
    return id;
  }

  private static int number(long value, int max, String field, TarPlace place) {
    if (value > max) {
      throw place.failure("the " + field + " " + value + " is out of range");
    }
    return (int) value;
  }
}
