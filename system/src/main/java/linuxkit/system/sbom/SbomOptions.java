package linuxkit.system.sbom;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.cache.WorkCache;

/**
 * The bills of materials of a system.
 *
 * @param paths the path of each in the system: names separated by single slashes, without one at
 *     the start
 * @param created the time of creation that they state, in seconds since 1970, UTC; 0 to
 *     253402300799
 * @param cache keeps finished ones for the next time, if there is one
 */
public record SbomOptions(Map<SbomFormat, String> paths, long created, Optional<WorkCache> cache) {
  public SbomOptions {
    EnumMap<SbomFormat, String> copy = new EnumMap<>(SbomFormat.class);
    copy.putAll(paths);
    paths = Collections.unmodifiableMap(copy);
  }

  /** Returns whether there are documents that state the time at which they are made. */
  public boolean isOfNow() {
    return !paths.isEmpty() && cache.isEmpty();
  }
}
