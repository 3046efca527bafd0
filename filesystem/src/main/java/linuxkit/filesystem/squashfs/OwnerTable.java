package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.FileTree;

/**
 * Collects owners and groups ("3.6 Uid/gid lookup table"). Inodes store their 16-bit indexes in
 * this table.
 */
final class OwnerTable {
  private static final int MAX_COUNT = 0xffff;

  private final Map<Long, Integer> ids = new LinkedHashMap<>();

  /**
   * @param file for the failure
   * @throws SquashfsFailure if there are too many
   */
  void add(long id, FileTree.Entry file) {
    ids.putIfAbsent(id, ids.size());
    if (ids.size() > MAX_COUNT) {
      throw new SquashfsFailure(
          "there are more than " + MAX_COUNT + " different owners and groups",
          file.path(),
          "use another format, or fewer owners");
    }
  }

  int count() {
    return ids.size();
  }

  /** Returns the index of an owner or group that was added. */
  int index(long id) {
    Integer index = ids.get(id);
    if (index == null) {
      throw new IllegalArgumentException("unknown owner: " + id);
    }
    return index;
  }

  /** Writes the table; see {@link MetadataTable#finishIndexed}. */
  long write(BlockCompressor compressor, PositionTrackingOutput body) throws IOException {
    MetadataTable table = new MetadataTable(compressor);
    ids.keySet().forEach(id -> table.write(new LittleEndian().u32(id)));
    return table.finishIndexed(body, new LittleEndian());
  }
}
