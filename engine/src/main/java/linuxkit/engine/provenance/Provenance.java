package linuxkit.engine.provenance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The provenance of a build, as somebody states it. */
public final class Provenance {
  private final SequencedMap<String, String> subjects;
  private final Fields parameters;
  private final List<Dependency> dependencies;
  private final String builder;
  private final String lock;
  private final List<String> unusedLoaders;

  Provenance(
      SequencedMap<String, String> subjects,
      Fields parameters,
      List<Dependency> dependencies,
      String builder,
      String lock,
      List<String> unusedLoaders) {
    this.subjects = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(subjects));
    this.parameters = parameters;
    this.dependencies = List.copyOf(dependencies);
    this.builder = builder;
    this.lock = lock;
    this.unusedLoaders = List.copyOf(unusedLoaders);
  }

  /** Returns the SHA-256 of each output by its name. */
  public SequencedMap<String, String> subjects() {
    return subjects;
  }

  /** Returns the URI that identifies who built it. */
  public String builder() {
    return builder;
  }

  /** Returns the SHA-256 of the lock file; empty if there was none. */
  String lock() {
    return lock;
  }

  /** Returns the boot loader images that a manifest names, but no format needed. */
  List<String> unusedLoaders() {
    return unusedLoaders;
  }

  Fields parameters() {
    return parameters;
  }

  List<Dependency> dependencies() {
    return dependencies;
  }
}
