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

/** Where the bytes of files lie: each in one piece, and equal ones once. */
final class FileExtents {
  /** Of a file section, whose length has 32 bits: whole sectors, so that the next one joins on. */
  static final long MAX_SECTION = 0xffff_f800L;

  /** What Linux follows (fs/isofs/inode.c, isofs_read_level3_size). */
  private static final long MAX_SIZE = 100 * MAX_SECTION;

  /**
   * @param path of one file with this content
   * @param sector counted from the first file
   */
  private record Piece(Content content, String path, long sector, boolean bootInfoTable) {}

  private final IdentityHashMap<Node, Long> sectors = new IdentityHashMap<>();
  private final List<Piece> pieces = new ArrayList<>();
  private long first;
  private long count;

  /**
   * @param tabled files that are to hold boot info tables, and so are equal to no others
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
          "the file has more than the " + MAX_SIZE + " bytes Linux reads of one in an ISO image",
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

  /** Says where the first of them lies. */
  void lieAt(long sector) {
    first = sector;
  }

  /** Where a file begins; 0 for an empty one. */
  long sector(Node.RegularFile file) {
    Long sector = sectors.get(file);
    return sector == null ? 0 : first + sector;
  }

  /** How many sectors all of them take. */
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
