package linuxkit.oci.archive;

import java.util.Map;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageGate;
import linuxkit.oci.Images;
import linuxkit.oci.ImagesContract;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoreImages;

/** Runs the contract without an engine, so that all images come from the other source. */
class DockerEngineImagesTest extends ImagesContract {
  @Override
  protected Images images(ImageStore source, Descriptor root) {
    source.name(sample(), root);
    return DockerEngine.of(
        Map.of("DOCKER_HOST", "unix://" + directory.resolve("none.sock")),
        source,
        new StoreImages(source),
        ImageGate.OPEN,
        Progress.silent());
  }

  @Override
  protected Reference sample() {
    return Reference.parse("sample:1");
  }
}
