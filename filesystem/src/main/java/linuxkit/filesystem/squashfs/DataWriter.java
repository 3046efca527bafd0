package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;

/**
 * Writes the contents of files as blocks and fragments. A fragment is a block that contains several
 * files of less than a block. Files with equal contents share them.
 *
 * <p>The format can also store the ends of larger files in fragments. By measurement that saves
 * 0.01 %, and readers of one end would decompress those of other files.
 */
final class DataWriter {
  /** A fragment of the fragment table. */
  record Fragment(long start, int size) {}

  private final BlockWriter blocks;
  private final int blockSize;
  private final byte[] zeros;
  private final byte[] fragment;
  private int fragmentLength;
  private final List<Fragment> fragments = new ArrayList<>();
  private final FileDataTable table;

  /**
   * @param table receives the locations
   */
  DataWriter(BlockWriter blocks, int blockSize, FileDataTable table) {
    this.blocks = blocks;
    this.table = table;
    this.blockSize = blockSize;
    this.zeros = new byte[blockSize];
    this.fragment = new byte[blockSize];
  }

  /**
   * Writes content unless equal content was written before.
   *
   * @param path of the file, for failures
   * @return the content's number in the table
   * @throws linuxkit.base.FileFailure if the content cannot be read or does not have the size that
   *     it declares
   */
  int add(Content content, String path) throws IOException {
    int known = table.size();
    int number = table.number(content);
    if (number == known) {
      write(number, content, path);
    }
    return number;
  }

  private void write(int number, Content content, String path) throws IOException {
    long size = content.size();
    try (ContentReader source = new ContentReader(content, path)) {
      if (size < blockSize) {
        small(number, source, (int) size);
      } else {
        table.put(number, large(source, size));
      }
      source.end();
    }
  }

  private void small(int number, ContentReader source, int size) throws IOException {
    if (size == 0) {
      table.put(number, FileData.NO_FRAGMENT, 0);
      return;
    }
    if (size > blockSize - fragmentLength) {
      writeFragment();
    }
    source.read(fragment, fragmentLength, size);
    table.put(number, fragments.size(), fragmentLength);
    fragmentLength += size;
  }

  private FileData large(ContentReader source, long size) throws IOException {
    FileData data = new FileData(size, Math.toIntExact((size + blockSize - 1) / blockSize));
    for (int i = 0; i < data.blocks().length; i++) {
      int length = (int) Math.min(blockSize, size - (long) i * blockSize);
      byte[] block = blocks.buffer();
      source.read(block, 0, length);
      if (Arrays.equals(block, 0, length, zeros, 0, length)) {
        data.skipped(length);
      } else {
        int index = i;
        blocks.submit(length, (start, stored) -> data.stored(index, start, stored));
      }
    }
    return data;
  }

  private void writeFragment() throws IOException {
    System.arraycopy(fragment, 0, blocks.buffer(), 0, fragmentLength);
    int number = fragments.size();
    fragments.add(new Fragment(0, 0));
    blocks.submit(
        fragmentLength, (start, stored) -> fragments.set(number, new Fragment(start, stored)));
    fragmentLength = 0;
  }

  /** Writes everything that is pending. Only then are all positions known. */
  List<Fragment> finish() throws IOException {
    if (fragmentLength > 0) {
      writeFragment();
    }
    blocks.finish();
    return fragments;
  }
}
