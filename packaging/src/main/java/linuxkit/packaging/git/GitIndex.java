package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the index, which lists the files that git tracks (gitformat-index, versions 2 to 4). */
final class GitIndex {
  private static final int SIGNATURE = 0x44495243;
  private static final int SPLIT = 0x6c696e6b;
  private static final int EXTENDED = 0x4000;
  private static final int LENGTH = 0xfff;

  // The places in an entry.
  private static final int MODE = 24;
  private static final int ID = 40;
  private static final int FLAGS = 60;

  private final Path file;
  private final byte[] bytes;
  private final ByteBuffer in;

  private GitIndex(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
  }

  /**
   * Reads the entries of a folder in their order; none if there is no index.
   *
   * @param folder within the work tree; empty for all entries
   */
  static List<IndexEntry> read(Path file, String folder) throws IOException {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    GitIndex index = new GitIndex(file, Files.readAllBytes(file));
    try {
      return index.entries(folder.isEmpty() ? "" : folder + "/");
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException _) {
      throw GitFailure.damaged(file, "a truncated index");
    }
  }

  private List<IndexEntry> entries(String prefix) {
    if (in.getInt() != SIGNATURE) {
      throw GitFailure.damaged(file, "an index without its signature");
    }
    int version = in.getInt();
    if (version < 2 || version > 4) {
      throw GitFailure.unsupported(file, "version " + version + " of the index");
    }
    int count = in.getInt();
    byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
    List<IndexEntry> entries = new ArrayList<>();
    byte[] path = new byte[0];
    for (int i = 0; i < count; i++) {
      int begin = in.position();
      int flags = in.getShort(begin + FLAGS) & 0xffff;
      boolean extended = version > 2 && (flags & EXTENDED) != 0;
      in.position(begin + FLAGS + (extended ? 4 : 2));
      // Most entries are of other folders. Their names are not copied: a build reads the index for
      // each component, and ends before the compiler would have made this fast.
      if (version == 4) {
        path = next(path);
        if (startsWith(path, 0, path.length, start)) {
          entries.add(entry(begin, flags, extended, path));
        }
      } else {
        int name = in.position();
        int end = end(name, flags & LENGTH);
        if (startsWith(bytes, name, end, start)) {
          entries.add(entry(begin, flags, extended, Arrays.copyOfRange(bytes, name, end)));
        }
        // Padded with one to eight zero bytes.
        in.position(begin + (end - begin + 8) / 8 * 8);
      }
    }
    refuseSplitIndex();
    return entries;
  }

  private IndexEntry entry(int begin, int flags, boolean extended, byte[] path) {
    int[] stat = new int[FileStat.LENGTH];
    for (int i = 0, at = begin; i < stat.length; i++, at += 4) {
      // The device, before the inode, and the mode, after it, are left out.
      at += i == 4 || i == 5 ? 4 : 0;
      stat[i] = in.getInt(at);
    }
    int more = extended ? in.getShort(begin + FLAGS + 2) & 0xffff : 0;
    return new IndexEntry(
        // A directory of a sparse index ends with a slash.
        new String(path, StandardCharsets.UTF_8).replaceFirst("/$", ""),
        Integer.toOctalString(in.getInt(begin + MODE)),
        ObjectId.of(bytes, begin + ID),
        flags >> 12 & 3,
        (flags & 0x8000) != 0,
        (more & 0x4000) != 0,
        new FileStat(stat));
  }

  private static boolean startsWith(byte[] name, int from, int to, byte[] start) {
    int length = start.length;
    return length == 0
        || (to - from >= length
            && name[from + length - 1] == start[length - 1]
            && Arrays.equals(name, from, from + length, start, 0, length));
  }

  /** Finds the end of a name, whose length is recorded if it is less than {@link #LENGTH}. */
  private int end(int name, int length) {
    int end = length < LENGTH ? name + length : name;
    if (bytes[end] != 0) {
      end = name;
    }
    while (bytes[end] != 0) {
      end++;
    }
    return end;
  }

  /** Reads a name of version 4: how much of the one before is dropped, and what follows. */
  private byte[] next(byte[] before) {
    int b = in.get() & 0xff;
    long dropped = b & 0x7f;
    while ((b & 0x80) != 0) {
      b = in.get() & 0xff;
      dropped = ((dropped + 1) << 7) | (b & 0x7f);
      if (dropped > before.length) {
        break;
      }
    }
    int end = in.position();
    while (end < in.limit() && bytes[end] != 0) {
      end++;
    }
    if (dropped > before.length || end == in.limit()) {
      throw new BufferUnderflowException();
    }
    int kept = before.length - (int) dropped;
    byte[] name = Arrays.copyOf(before, kept + end - in.position());
    in.get(name, kept, end - in.position());
    in.get();
    return name;
  }

  private void refuseSplitIndex() {
    while (in.remaining() > ObjectId.LENGTH + 8) {
      int kind = in.getInt();
      int size = in.getInt();
      if (kind == SPLIT) {
        throw GitFailure.unsupported(file, "a split index (core.splitIndex)");
      }
      if (size < 0 || size > in.remaining()) {
        return;
      }
      in.position(in.position() + size);
    }
  }
}
