package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.filesystem.Content;

/**
 * Writes the contents of files: blocks, one after the other, and fragments, each a block that holds
 * the ends of several files. What two files have in common as a whole is stored once.
 */
final class DataWriter {
  /** A fragment of the fragment table. */
  record Fragment(long start, int size) {}

  private record Key(String sha256, long size) {}

  private final BlockWriter blocks;
  private final int blockSize;
  private final byte[] zeros;
  private final byte[] tails;
  private int tailsLength;
  private final List<Fragment> fragments = new ArrayList<>();
  private final Map<Key, FileData> known = new HashMap<>();

  DataWriter(BlockWriter blocks, int blockSize) {
    this.blocks = blocks;
    this.blockSize = blockSize;
    this.zeros = new byte[blockSize];
    this.tails = new byte[blockSize];
  }

  /**
   * Writes a content, unless the same was written before.
   *
   * @param path of the file, for failures
   * @throws SquashfsFailure when the content cannot be read or has another size than it says
   */
  FileData add(Content content, String path) throws IOException {
    Key key = new Key(content.sha256(), content.size());
    FileData data = known.get(key);
    if (data == null) {
      data = write(content, path);
      known.put(key, data);
    }
    return data;
  }

  private FileData write(Content content, String path) throws IOException {
    long size = content.size();
    FileData data = new FileData(size, Math.toIntExact(size / blockSize));
    try (Source source = new Source(content, path)) {
      for (int i = 0; i < data.blocks().length; i++) {
        byte[] block = blocks.buffer();
        source.read(block, 0, blockSize);
        if (Arrays.equals(block, zeros)) {
          data.skipped(blockSize);
        } else {
          int index = i;
          blocks.submit(blockSize, (start, stored) -> data.stored(index, start, stored));
        }
      }
      int tail = (int) (size % blockSize);
      if (tail > 0) {
        if (tail > blockSize - tailsLength) {
          writeFragment();
        }
        source.read(tails, tailsLength, tail);
        data.inFragment(fragments.size(), tailsLength);
        tailsLength += tail;
      }
      source.end();
    }
    return data;
  }

  private void writeFragment() throws IOException {
    System.arraycopy(tails, 0, blocks.buffer(), 0, tailsLength);
    int number = fragments.size();
    fragments.add(new Fragment(0, 0));
    blocks.submit(
        tailsLength, (start, stored) -> fragments.set(number, new Fragment(start, stored)));
    tailsLength = 0;
  }

  /** Writes all that is left. Then only is known where everything lies. */
  List<Fragment> finish() throws IOException {
    if (tailsLength > 0) {
      writeFragment();
    }
    blocks.finish();
    return fragments;
  }

  /** A content being read, whose every fault is a failure that names the file. */
  private static final class Source implements AutoCloseable {
    private final InputStream in;
    private final long size;
    private final String path;

    Source(Content content, String path) {
      this.size = content.size();
      this.path = path;
      try {
        in = content.open();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    void read(byte[] bytes, int offset, int length) {
      int count;
      try {
        count = in.readNBytes(bytes, offset, length);
      } catch (IOException e) {
        throw unreadable(e);
      }
      if (count < length) {
        throw wrongSize("less");
      }
    }

    /** Sees that there is no more; it is also what lets a content verify its hash. */
    void end() {
      try {
        if (in.read() >= 0) {
          throw wrongSize("more");
        }
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private SquashfsFailure wrongSize(String how) {
      return new SquashfsFailure(
          "the file of " + size + " bytes gave " + how + " than that", path, "", null);
    }

    private SquashfsFailure unreadable(IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new SquashfsFailure("the file cannot be read: " + reason, path, "", e);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
