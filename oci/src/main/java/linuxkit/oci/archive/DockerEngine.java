package linuxkit.oci.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageGate;
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
  private static final int MAX_RESPONSE = 4 << 20;

  private final Optional<EngineAddress> address;
  private final ImageStore store;
  private final Images others;
  private final ImageGate gate;
  private final Progress progress;

  private DockerEngine(
      Optional<EngineAddress> address,
      ImageStore store,
      Images others,
      ImageGate gate,
      Progress progress) {
    this.address = address;
    this.store = store;
    this.others = others;
    this.gate = gate;
    this.progress = progress;
  }

  /**
   * Returns the images of the engine that the environment names.
   *
   * @param environment supplies {@code DOCKER_HOST}, which may name another engine than that of
   *     this machine, and {@code DOCKER_TLS_VERIFY} and {@code DOCKER_CERT_PATH}
   * @param others the source of images that the engine lacks
   * @param gate asked for each image that the engine has
   */
  public static DockerEngine of(
      Map<String, String> environment,
      ImageStore store,
      Images others,
      ImageGate gate,
      Progress progress) {
    Optional<EngineAddress> address = EngineAddress.of(environment);
    if (address.isEmpty()) {
      progress.warn(
          "DOCKER_HOST is "
              + environment.get("DOCKER_HOST")
              + ", but only unix://, tcp:// and ssh:// are supported");
    } else if (address.get().isOpenToOthers()) {
      progress.warn(
          "DOCKER_HOST is "
              + address.get()
              + ", which is not protected: whoever is on the way can change images (set"
              + " DOCKER_TLS_VERIFY and DOCKER_CERT_PATH)");
    }
    return new DockerEngine(address, store, others, gate, progress);
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    return address
        .flatMap(engine -> take(new EngineSocket(engine), reference, platform))
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
      // The engine's word does not prove a digest.
      if (id.isEmpty() || !proves(reference, id.flatMap(Digest::parse))) {
        return Optional.empty();
      }
      admit(reference);
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
    } catch (NotAdmitted refused) {
      throw refused.why;
    } catch (IOException | Failure e) {
      // As in LinuxKit, a failure of the engine does not prevent a build.
      progress.warn(where + " cannot be exported: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** A refusal by the gate, which is not a failure of the engine. */
  private static final class NotAdmitted extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Failure why;

    NotAdmitted(Failure why) {
      super(why);
      this.why = why;
    }
  }

  private void admit(Reference reference) {
    try {
      gate.admitUnsigned(reference, "the Docker Engine");
    } catch (Failure why) {
      throw new NotAdmitted(why);
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
