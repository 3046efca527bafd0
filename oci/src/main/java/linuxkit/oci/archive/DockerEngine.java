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
 * The images of a Docker Engine, taken through its API (Docker Engine API, "Inspect an image" and
 * "Export an image"), and those of another source where it has none. What it has comes into the
 * store without a name there: the store's own image of the name stays.
 */
public final class DockerEngine implements Images {
  private static final String DEFAULT_HOST = "unix:///var/run/docker.sock";
  private static final String UNIX = "unix://";
  private static final int MAX_ANSWER = 4 << 20;

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
   * @param environment whose {@code DOCKER_HOST} may name another socket than the usual one
   */
  public static DockerEngine of(
      Map<String, String> environment, ImageStore store, Images others, Progress progress) {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    String address = host.isEmpty() ? DEFAULT_HOST : host;
    if (!address.startsWith(UNIX)) {
      progress.warn(
          "DOCKER_HOST is " + address + ": only sockets of this machine (unix://) can be asked");
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

  /** An engine has no indexes, so these are those of the other source. */
  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    return others.blobs(reference, platforms);
  }

  private Optional<Image> take(EngineSocket engine, Reference reference, Platform platform) {
    String name = reference.toString();
    String where = "the Docker Engine's image " + name;
    try {
      Optional<String> id = inspect(engine, name, where, platform);
      // The engine's word is no proof of a digest.
      if (id.isEmpty() || !proves(reference, id.flatMap(Digest::parse))) {
        return Optional.empty();
      }
      progress.info("Take " + name + " from the Docker Engine.");
      try (InputStream archive =
          engine
              .get("/images/" + id.get() + "/get")
              .orElseThrow(() -> new IOException("it was removed meanwhile"))) {
        return ImageArchive.read(store, archive, where).stream()
            .findFirst()
            .filter(image -> proves(reference, Optional.of(image.root().digest())))
            .map(image -> store.image(reference, image.root(), platform));
      }
    } catch (IOException | Failure e) {
      // As in LinuxKit: an engine is asked first, and never stands in the way.
      progress.warn(where + " cannot be had: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean proves(Reference reference, Optional<Digest> digest) {
    return reference.digest().isEmpty() || reference.digest().equals(digest);
  }

  /** The id of an image, when it is for the platform. */
  private static Optional<String> inspect(
      EngineSocket engine, String name, String where, Platform platform) throws IOException {
    Optional<InputStream> answer = engine.get("/images/" + name + "/json");
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = answer.get()) {
      JsonFields image = JsonFields.parse(in.readNBytes(MAX_ANSWER), where);
      String architecture = image.text("Architecture");
      if (!architecture.isEmpty() && !architecture.equals(platform.architecture())) {
        return Optional.empty();
      }
      // It goes into a path, so it must be what it should be.
      return Optional.of(
          Digest.parse(image.requiredText("Id"))
              .orElseThrow(() -> new IOException("its id is no digest"))
              .toString());
    }
  }
}
