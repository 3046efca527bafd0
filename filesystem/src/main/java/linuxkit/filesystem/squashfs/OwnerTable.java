package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import linuxkit.base.PositionTrackingOutput;

/**
 * Owners and groups ("3.6 Uid/gid lookup table"): inodes have 16 bits for each, its index in here.
 */
final class OwnerTable {
  private static final int MAX_COUNT = 0xffff;

  private final Map<Long, Integer> ids = new LinkedHashMap<>();

  /**
   * @param path of the file that needs it, for the failure
   * @throws SquashfsFailure when there are too many
   */
  void add(long id, String path) {
    ids.putIfAbsent(id, ids.size());
    if (ids.size() > MAX_COUNT) {
      throw new SquashfsFailure(
          "there are more than " + MAX_COUNT + " different owners and groups",
          path,
          "use another format, or fewer owners");
    }
  }

  int count() {
    return ids.size();
  }

  /** The index of one that was added. */
  int index(long id) {
    Integer index = ids.get(id);
    if (index == null) {
      throw new IllegalArgumentException("no such owner: " + id);
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
