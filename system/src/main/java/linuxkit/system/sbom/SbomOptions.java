package linuxkit.system.sbom;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.cache.WorkCache;

/**
 * Which bills of materials a system gets.
 *
 * @param paths where each lies in the system: names parted by single slashes, none at the beginning
 * @param created the time that they say they are of, in seconds since 1970, UTC; 0 to 253402300799
 * @param cache where finished ones are kept, for the next time; none when there is no next time
 */
public record SbomOptions(Map<SbomFormat, String> paths, long created, Optional<WorkCache> cache) {
  public SbomOptions {
    EnumMap<SbomFormat, String> copy = new EnumMap<>(SbomFormat.class);
    copy.putAll(paths);
    paths = Collections.unmodifiableMap(copy);
  }
}
