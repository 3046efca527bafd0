package linuxkit.oci.store;

import linuxkit.oci.Descriptor;
import linuxkit.oci.Images;
import linuxkit.oci.ImagesContract;
import linuxkit.oci.Reference;

class StoreImagesTest extends ImagesContract {
  @Override
  protected Images images(ImageStore source, Descriptor root) {
    source.name(sample(), root);
    return new StoreImages(source);
  }

  @Override
  protected Reference sample() {
    return Reference.parse("sample:1");
  }
}
