package linuxkit.oci.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.JsonFields;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;

/**
 * The images of a Docker Engine, exported through its API (Docker Engine API, "Inspect an image"
 * and "Export an image"). Images that the engine lacks come from another source. An exported image
 * is stored without a name, so the store's own image of that name stays.
 */
public final class DockerEngine implements Images {
  private static final String DEFAULT_HOST = "unix:///var/run/docker.sock";
  private static final String UNIX = "unix://";
  private static final int MAX_RESPONSE = 4 << 20;

  private final Optional<Path> socket;
  private final ImageStore store;
  private final Images others;
  private final Progress progress;

  private DockerEngine(Optional<Path> socket, ImageStore store, Images others, Progress progress) {
    this.socket = socket;
    this.store = store;
    this.others = others;
    this.progress = progress;
  }

  /**
   * Returns the images of the engine that the environment names.
   *
   * @param environment supplies {@code DOCKER_HOST}, which may name another socket than the default
   *     one
   * @param others the source of images that the engine lacks
   */
  public static DockerEngine of(
      Map<String, String> environment, ImageStore store, Images others, Progress progress) {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    String address = host.isEmpty() ? DEFAULT_HOST : host;
    if (!address.startsWith(UNIX)) {
      progress.warn(
          "DOCKER_HOST is "
              + address
              + ", but only sockets of this machine (unix://) are supported");
      return new DockerEngine(Optional.empty(), store, others, progress);
    }
    Path socket = Path.of(address.substring(UNIX.length()));
    return new DockerEngine(Optional.of(socket), store, others, progress);
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    return socket
        .flatMap(path -> take(new EngineSocket(path), reference, platform))
        .orElseGet(() -> others.find(reference, platform));
  }

  /** Returns the blobs from the other source, because an engine has no indexes. */
  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    return others.blobs(reference, platforms);
  }

  private Optional<Image> take(EngineSocket engine, Reference reference, Platform platform) {
    String name = reference.toString();
    String where = "the Docker Engine's image " + name;
    try {
      Optional<String> id = inspect(engine, name, where, platform);
      // What the engine says does not prove a digest.
      if (id.isEmpty() || !proves(reference, id.flatMap(Digest::parse))) {
        return Optional.empty();
      }
      progress.info("Take " + name + " from the Docker Engine.");
      try (InputStream archive =
          engine
              .get("/images/" + id.get() + "/get")
              .orElseThrow(() -> new IOException("the image was removed in the meantime"))) {
        return ImageArchive.read(store, archive, where).stream()
            .findFirst()
            .filter(image -> proves(reference, Optional.of(image.root().digest())))
            .map(image -> store.image(reference, image.root(), platform));
      }
    } catch (IOException | Failure e) {
      // As in LinuxKit, a failure of the engine does not prevent a build.
      progress.warn(where + " cannot be exported: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean proves(Reference reference, Optional<Digest> digest) {
    return reference.digest().isEmpty() || reference.digest().equals(digest);
  }

  /** Returns the id of an image; empty if the engine lacks it or it is for another platform. */
  private static Optional<String> inspect(
      EngineSocket engine, String name, String where, Platform platform) throws IOException {
    Optional<InputStream> response = engine.get("/images/" + name + "/json");
    if (response.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = response.get()) {
      JsonFields image = JsonFields.parse(in.readNBytes(MAX_RESPONSE), where);
      String architecture = image.text("Architecture");
      if (!architecture.isEmpty() && !architecture.equals(platform.architecture())) {
        return Optional.empty();
      }
      // The id becomes part of a URL, so it must be well-formed.
      return Optional.of(
          Digest.parse(image.requiredText("Id"))
              .orElseThrow(() -> new IOException("the image's id is not a digest"))
              .toString());
    }
  }
}
