package linuxkit.engine;

import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.FileTree;
import linuxkit.system.sbom.SbomFormat;
import linuxkit.system.sbom.SbomOptions;

/**
 * The bills of materials of a build.
 *
 * @param paths of those that the system carries, relative to its root; empty for a system without
 *     any
 * @param files those of the artefacts, with what their formats add to the system
 * @param currentTime whether they state the time of the build instead of a fixed time
 */
public record SbomRequest(
    Map<SbomFormat, String> paths, Map<SbomFormat, Path> files, boolean currentTime) {
  /** An SPDX document in {@code sbom.spdx.json}. */
  public static final SbomRequest DEFAULT =
      new SbomRequest(Map.of(SbomFormat.SPDX, "sbom" + SbomFormat.SPDX.suffix()), false);

  /** No bill of materials. */
  public static final SbomRequest NONE = new SbomRequest(Map.of(), false);

  /** Creates a request for bills of materials in the system alone. */
  public SbomRequest(Map<SbomFormat, String> paths, boolean currentTime) {
    this(paths, Map.of(), currentTime);
  }

  /**
   * @throws RequestFailure if a path is not relative to the root, or two documents have one path
   */
  public SbomRequest {
    paths = Map.copyOf(paths);
    files = Map.copyOf(files);
    for (String path : paths.values()) {
      for (String name : path.split("/", -1)) {
        if (!FileTree.isName(name)) {
          throw new RequestFailure(
              "not a path in the system: " + path,
              "name a bill of materials relative to the root, such as sbom.spdx.json");
        }
      }
    }
    if (Set.copyOf(paths.values()).size() < paths.size()) {
      throw new RequestFailure(
          "two bills of materials have one path: " + paths.values().iterator().next(),
          "give each its own");
    }
  }

  /**
   * @param created the time of generated files, in seconds since 1970
   * @param fixed whether the user gave that time, which {@code currentTime} does not override
   * @return empty if there is to be no bill of materials
   */
  Optional<SbomOptions> options(long created, boolean fixed, Clock clock, WorkCache cache) {
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(options(paths, created, fixed, clock, cache));
  }

  /**
   * Returns the options for the bills of materials of the artefacts, whose paths are those of the
   * files.
   */
  SbomOptions ofArtefacts(long created, boolean fixed, Clock clock, WorkCache cache) {
    Map<SbomFormat, String> names = new EnumMap<>(SbomFormat.class);
    files.forEach((format, file) -> names.put(format, file.toString()));
    return options(names, created, fixed, clock, cache);
  }

  private SbomOptions options(
      Map<SbomFormat, String> names, long created, boolean fixed, Clock clock, WorkCache cache) {
    // A document of the current time is never needed again, so it is not cached.
    return currentTime && !fixed
        ? new SbomOptions(names, clock.instant().getEpochSecond(), Optional.empty())
        : new SbomOptions(names, created, Optional.of(cache));
  }

  /** Returns text that differs if any option differs, for a build record. */
  String key() {
    StringBuilder key = new StringBuilder().append(currentTime);
    for (SbomFormat format : SbomFormat.values()) {
      key.append(' ').append(paths.getOrDefault(format, ""));
      key.append(' ').append(files.containsKey(format) ? files.get(format) : "");
    }
    return key.toString();
  }
}
