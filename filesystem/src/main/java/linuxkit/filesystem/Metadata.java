package linuxkit.filesystem;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The metadata that a file system keeps of a file beside its type and content.
 *
 * @param permissions the low twelve bits of a mode: set-id, sticky, and rwx for user, group and
 *     others
 * @param uid 0 to 2³²−2
 * @param gid 0 to 2³²−2
 * @param modified seconds since 1970, UTC; may be negative
 * @param xattrs extended attributes by full name, such as {@code security.capability}; the values
 *     are bytes, one char (0 to 255) for each, so that records compare by value
 */
public record Metadata(
    int permissions, long uid, long gid, long modified, SortedMap<String, String> xattrs) {
  /** The largest user or group ID: to the kernel, 2³²−1 means "no ID". */
  public static final long MAX_ID = 0xffff_fffeL;

  public Metadata {
    if ((permissions & ~07777) != 0) {
      throw new IllegalArgumentException("not permissions: 0" + Integer.toOctalString(permissions));
    }
    if (uid < 0 || uid > MAX_ID || gid < 0 || gid > MAX_ID) {
      throw new IllegalArgumentException("owner out of range: " + uid + ":" + gid);
    }
    xattrs =
        xattrs.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
  }

  public static Metadata of(int permissions, long uid, long gid, long modified) {
    return new Metadata(permissions, uid, gid, modified, Collections.emptySortedMap());
  }
}
