package linuxkit.engine;

/** The place that a build searches first for an image. */
public enum ImageSource {
  /** The store, then the registry. */
  STORE,
  /** The registry, even if the store has the image. */
  REGISTRY,
  /** This machine's Docker Engine, then the store, then the registry. */
  DOCKER
}
