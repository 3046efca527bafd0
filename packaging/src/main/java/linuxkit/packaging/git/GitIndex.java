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

  private final Path file;
  private final ByteBuffer in;

  private GitIndex(Path file, ByteBuffer in) {
    this.file = file;
    this.in = in;
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
    GitIndex index = new GitIndex(file, ByteBuffer.wrap(Files.readAllBytes(file)));
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
      int[] stat = new int[FileStat.LENGTH];
      stat[0] = in.getInt();
      stat[1] = in.getInt();
      stat[2] = in.getInt();
      stat[3] = in.getInt();
      in.getInt();
      stat[4] = in.getInt();
      int mode = in.getInt();
      stat[5] = in.getInt();
      stat[6] = in.getInt();
      stat[7] = in.getInt();
      byte[] id = new byte[ObjectId.LENGTH];
      in.get(id);
      int flags = in.getShort() & 0xffff;
      int more = version > 2 && (flags & EXTENDED) != 0 ? in.getShort() & 0xffff : 0;
      path = version == 4 ? next(path) : name(begin);
      if (startsWith(path, start)) {
        entries.add(
            new IndexEntry(
                // A directory of a sparse index ends with a slash.
                new String(path, StandardCharsets.UTF_8).replaceFirst("/$", ""),
                Integer.toOctalString(mode),
                ObjectId.of(id, 0),
                flags >> 12 & 3,
                (flags & 0x8000) != 0,
                (more & 0x4000) != 0,
                new FileStat(stat)));
      }
    }
    refuseSplitIndex();
    return entries;
  }

  private static boolean startsWith(byte[] path, byte[] start) {
    return path.length >= start.length
        && Arrays.equals(path, 0, start.length, start, 0, start.length);
  }

  private byte[] name(int begin) {
    int end = in.position();
    while (in.get(end) != 0) {
      end++;
    }
    byte[] name = new byte[end - in.position()];
    in.get(name);
    // Padded with one to eight zero bytes.
    in.position(begin + (end - begin + 8) / 8 * 8);
    return name;
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
    while (end < in.limit() && in.get(end) != 0) {
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
