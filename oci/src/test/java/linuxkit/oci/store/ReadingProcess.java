package linuxkit.oci.store;

import java.nio.file.Path;
import linuxkit.base.Progress;
import linuxkit.oci.Image;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/** A process that reads the image {@code test:1} of a store. Argument: {@code ROOT}. */
final class ReadingProcess {
  private ReadingProcess() {}

  public static void main(String[] args) {
    ImageStore store = ImageStore.open(Path.of(args[0]), Progress.silent());
    try (StoreHold _ = store.use()) {
      Image image = new StoreImages(store).find(Reference.parse("test:1"), Platform.linux("amd64"));
      image.tree();
      System.out.println("read " + image.digest());
    }
  }
}
