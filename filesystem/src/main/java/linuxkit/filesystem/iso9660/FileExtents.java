package linuxkit.filesystem.iso9660;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;
import linuxkit.filesystem.FileTree;
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
   * @param path of a file with this content
   * @param sector counted from the first file
   */
  private record Piece(Content content, String path, long sector, boolean bootInfoTable) {}

  private final IdentityHashMap<Node, Long> sectors = new IdentityHashMap<>();
  private final List<Piece> pieces = new ArrayList<>();
  private long first;
  private long count;

  /**
   * @param tabled files that receive boot info tables and therefore differ from all others
   */
  FileExtents(FileTree tree, Set<Node.RegularFile> tabled) {
    Map<String, Long> known = new HashMap<>();
    tree.walk(
        entry -> {
          if (entry.node() instanceof Node.RegularFile file
              && file.content().size() > 0
              && !sectors.containsKey(file)) {
            add(file, entry.path(), tabled.contains(file), known);
          }
        });
  }

  private void add(Node.RegularFile file, String path, boolean table, Map<String, Long> known) {
    Content content = file.content();
    if (content.size() > MAX_SIZE) {
      throw new IsoFailure(
          "the file has more than "
              + MAX_SIZE
              + " bytes, the limit of Linux for files in an ISO image",
          path,
          "make it smaller, or use another format");
    }
    String key = content.size() + " " + content.sha256();
    Long same = table ? null : known.get(key);
    if (same != null) {
      sectors.put(file, same);
      return;
    }
    sectors.put(file, count);
    pieces.add(new Piece(content, path, count, table));
    if (!table) {
      known.put(key, count);
    }
    count += SectorPacker.count(content.size());
  }

  /** Sets the sector of the first file. */
  void lieAt(long sector) {
    first = sector;
  }

  /** Returns the first sector of a file; 0 for an empty one. */
  long sector(Node.RegularFile file) {
    Long sector = sectors.get(file);
    return sector == null ? 0 : first + sector;
  }

  /** Returns the number of sectors of all contents. */
  long count() {
    return count;
  }

  void put(SparseImage.Builder image) {
    for (Piece piece : pieces) {
      Content content = piece.content;
      long sector = first + piece.sector;
      SparseImage.Source source =
          piece.bootInfoTable
              ? out -> out.write(BootInfoTable.patched(content, piece.path, sector))
              : out -> ContentReader.copy(content, piece.path, out);
      image.put(sector * SectorPacker.SIZE, content.size(), source);
    }
  }
}
