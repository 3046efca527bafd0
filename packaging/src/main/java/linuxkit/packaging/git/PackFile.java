package linuxkit.packaging.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A pack and its index, version 2 of both (gitformat-pack). */
final class PackFile implements AutoCloseable {
  private static final int INDEX_MAGIC = 0xff744f63;
  private static final int HEADER = 8;
  private static final int FANOUT = 256 * 4;
  private static final int OFS_DELTA = 6;
  private static final int REF_DELTA = 7;
  // By default git writes chains of at most 50; it can be configured to write up to 4095.
  private static final int MAX_CHAIN = 4096;

  private final Path path;
  private final FileChannel index;
  private final FileChannel pack;
  private final int count;

  /** Finds the base of a delta in this pack, another pack, or a loose file. */
  @FunctionalInterface
  interface Bases {
    GitObject read(ObjectId id) throws IOException;
  }

  private PackFile(Path path, FileChannel index, FileChannel pack, int count) {
    this.path = path;
    this.index = index;
    this.pack = pack;
    this.count = count;
  }

  static PackFile open(Path indexPath) throws IOException {
    String name = String.valueOf(indexPath.getFileName());
    Path packPath = indexPath.resolveSibling(name.replaceFirst("\\.idx$", ".pack"));
    FileChannel index = FileChannel.open(indexPath, StandardOpenOption.READ);
    try {
      ByteBuffer head = read(index, 0, HEADER, indexPath);
      if (head.getInt() != INDEX_MAGIC || head.getInt() != 2) {
        throw GitFailure.unsupported(indexPath, "a pack index that is not version 2");
      }
      int count = read(index, HEADER + FANOUT - 4, 4, indexPath).getInt();
      if (count < 0 || index.size() < HEADER + FANOUT + 28L * count) {
        throw GitFailure.damaged(indexPath, "the pack index is too short");
      }
      return new PackFile(
          packPath, index, FileChannel.open(packPath, StandardOpenOption.READ), count);
    } catch (IOException | RuntimeException e) {
      index.close();
      throw e;
    }
  }

  Optional<GitObject> find(ObjectId id, Bases bases) throws IOException {
    long offset = offsetOf(id);
    return offset < 0 ? Optional.empty() : Optional.of(readAt(offset, bases));
  }

  private long offsetOf(ObjectId id) throws IOException {
    byte[] wanted = id.bytes();
    int first = wanted[0] & 0xff;
    int low = first == 0 ? 0 : fanout(first - 1);
    int high = fanout(first);
    if (low < 0 || high < low || high > count) {
      throw GitFailure.damaged(path, "the pack index is out of order");
    }
    long names = HEADER + FANOUT;
    byte[] name = new byte[ObjectId.LENGTH];
    while (low < high) {
      int middle = (low + high) >>> 1;
      read(index, names + (long) ObjectId.LENGTH * middle, ObjectId.LENGTH, path).get(name);
      int order = Arrays.compareUnsigned(wanted, name);
      if (order == 0) {
        return offsetAt(middle);
      } else if (order < 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return -1;
  }

  private int fanout(int first) throws IOException {
    return read(index, HEADER + 4L * first, 4, path).getInt();
  }

  private long offsetAt(int entry) throws IOException {
    long offsets = HEADER + FANOUT + 24L * count;
    int offset = read(index, offsets + 4L * entry, 4, path).getInt();
    return offset >= 0
        ? offset
        : read(index, offsets + 4L * count + 8L * (offset & 0x7fffffff), 8, path).getLong();
  }

  private GitObject readAt(long start, Bases bases) throws IOException {
    Deque<byte[]> deltas = new ArrayDeque<>();
    long offset = start;
    GitObject object = null;
    while (object == null) {
      EntryHeader entry = EntryHeader.read(pack, offset, path);
      switch (entry.type()) {
        case 1 -> object = whole(GitObject.Type.COMMIT, offset, entry);
        case 2 -> object = whole(GitObject.Type.TREE, offset, entry);
        case 3 -> object = whole(GitObject.Type.BLOB, offset, entry);
        case 4 -> object = whole(GitObject.Type.TAG, offset, entry);
        case OFS_DELTA -> {
          VarInt back = VarInt.readOffset(pack, offset + entry.length(), path);
          deltas.push(inflate(offset + entry.length() + back.length(), entry.size()));
          if (back.value() <= 0 || back.value() >= offset) {
            throw GitFailure.damaged(path, "a delta whose base lies outside the pack");
          }
          offset -= back.value();
        }
        case REF_DELTA -> {
          byte[] base = new byte[ObjectId.LENGTH];
          read(pack, offset + entry.length(), base.length, path).get(base);
          deltas.push(inflate(offset + entry.length() + base.length, entry.size()));
          ObjectId id = ObjectId.of(base, 0);
          long here = offsetOf(id);
          if (here < 0) {
            object = bases.read(id);
          } else {
            offset = here;
          }
        }
        default -> throw GitFailure.damaged(path, "an object of unknown type");
      }
      if (deltas.size() > MAX_CHAIN) {
        throw GitFailure.damaged(path, "an endless chain of deltas");
      }
    }
    byte[] bytes = object.bytes();
    for (byte[] delta : deltas) {
      bytes = Delta.apply(bytes, delta, path);
    }
    return new GitObject(object.type(), bytes);
  }

  private GitObject whole(GitObject.Type type, long offset, EntryHeader entry) throws IOException {
    return new GitObject(type, inflate(offset + entry.length(), entry.size()));
  }

  private byte[] inflate(long offset, long size) throws IOException {
    if (size > GitObject.MAX_SIZE) {
      throw GitFailure.damaged(
          path, "an object of " + size + " bytes, too large for a commit or a tree");
    }
    try (Inflater inflater = new Inflater()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream((int) size);
      byte[] chunk = new byte[4096];
      ByteBuffer in = ByteBuffer.allocate(4096);
      long at = offset;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          in.clear();
          int n = pack.read(in, at);
          if (n <= 0) {
            throw GitFailure.damaged(path, "the pack is truncated");
          }
          at += n;
          inflater.setInput(in.flip());
        }
        out.write(chunk, 0, inflater.inflate(chunk));
        if (out.size() > size || inflater.needsDictionary()) {
          throw GitFailure.damaged(path, "an object whose size differs from its header");
        }
      }
      if (out.size() != size) {
        throw GitFailure.damaged(path, "an object whose size differs from its header");
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw GitFailure.damaged(path, "an object that does not decompress");
    }
  }

  static ByteBuffer read(FileChannel channel, long position, int length, Path path)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw GitFailure.damaged(path, "the file is truncated");
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    try (index;
        pack) {}
  }
}
