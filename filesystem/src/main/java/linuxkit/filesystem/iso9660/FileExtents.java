package linuxkit.filesystem.iso9660;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentNumbers;
import linuxkit.filesystem.ContentReader;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.IdentityNumbers;
import linuxkit.filesystem.Node;

/** Assigns positions to contents. Each is contiguous, and equal contents are stored once. */
final class FileExtents {
  /**
   * The size of a file section, whose length has 32 bits: whole sectors, so that the next section
   * follows directly.
   */
  static final long MAX_SECTION = 0xffff_f800L;

  /** The largest file that Linux reads (fs/isofs/inode.c, isofs_read_level3_size). */
  private static final long MAX_SIZE = 100 * MAX_SECTION;

  /**
   * The size up to which contents are written together: an extent each would take more memory than
   * the rest of the plan.
   */
  private static final long MAX_GROUP = (1 << 20) / SectorPacker.SIZE;

  private static final byte[] ZEROS = new byte[SectorPacker.SIZE];

  private final Set<Node.RegularFile> tabled;
  private final ContentNumbers contents = new ContentNumbers();

  /** The number of the content of each file that has any, plus 1. */
  private final IdentityNumbers<Node> numbers = new IdentityNumbers<>();

  /** A file with each content. */
  private final List<FileTree.Entry> files = new ArrayList<>();

  /** The sector of each content, counted from the first. */
  private long[] sectors = new long[64];

  private long first;
  private long count;

  /**
   * @param tabled files that receive boot info tables and therefore differ from all others; a set
   *     by identity
   */
  FileExtents(FileTree tree, Set<Node.RegularFile> tabled) {
    this.tabled = tabled;
    tree.walk(
        entry -> {
          if (entry.node() instanceof Node.RegularFile file
              && file.content().size() > 0
              && numbers.get(file) == 0) {
            add(file, entry);
          }
        });
  }

  private void add(Node.RegularFile file, FileTree.Entry entry) {
    Content content = file.content();
    if (content.size() > MAX_SIZE) {
      throw new IsoFailure(
          "the file has more than "
              + MAX_SIZE
              + " bytes, the limit of Linux for files in an ISO image",
          entry.path(),
          "make it smaller, or use another format");
    }
    int number = tabled.contains(file) ? contents.addDistinct(content) : contents.number(content);
    numbers.add(file, number + 1);
    if (number == files.size()) {
      files.add(entry);
      if (number == sectors.length) {
        sectors = Arrays.copyOf(sectors, 2 * number);
      }
      sectors[number] = count;
      count += SectorPacker.count(content.size());
    }
  }

  /** Sets the sector of the first file. */
  void lieAt(long sector) {
    first = sector;
  }

  /** Returns the first sector of a file; 0 for an empty one. */
  long sector(Node.RegularFile file) {
    int number = numbers.get(file);
    return number == 0 ? 0 : first + sectors[number - 1];
  }

  /** Returns the number of sectors of all contents. */
  long count() {
    return count;
  }

  void put(SparseImage.Builder image) {
    int from = 0;
    for (int i = 1; i <= files.size(); i++) {
      if (i == files.size() || end(i) - sectors[from] > MAX_GROUP) {
        int start = from;
        int last = i - 1;
        long size = (sectors[last] - sectors[start]) * SectorPacker.SIZE + size(last);
        image.put(
            (first + sectors[start]) * SectorPacker.SIZE, size, out -> write(start, last, out));
        from = i;
      }
    }
  }

  private long size(int number) {
    return contents.content(number).size();
  }

  private long end(int number) {
    return sectors[number] + SectorPacker.count(size(number));
  }

  /** Writes contents with the zeros between them. */
  private void write(int from, int last, OutputStream image) throws IOException {
    if (from == last) {
      write(from, image);
      return;
    }
    BufferedOutputStream out = new BufferedOutputStream(image, 1 << 16);
    for (int i = from; i < last; i++) {
      write(i, out);
      out.write(ZEROS, 0, (int) (-size(i) & (SectorPacker.SIZE - 1)));
    }
    write(last, out);
    out.flush();
  }

  private void write(int number, OutputStream out) throws IOException {
    FileTree.Entry file = files.get(number);
    Content content = contents.content(number);
    if (file.node() instanceof Node.RegularFile node && tabled.contains(node)) {
      out.write(BootInfoTable.patched(content, file.path(), first + sectors[number]));
    } else {
      ContentReader.copy(content, file.path(), out);
    }
  }
}
