package linuxkit.oci.store;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.LayerBlob;

/** A layer in a store. */
record StoreBlob(ImageStore store, Descriptor descriptor, Reference image, BlobRepair repairer)
    implements LayerBlob {
  @Override
  public InputStream open() {
    return store.open(descriptor, image);
  }

  @Override
  public FileChannel channel() {
    return store.channel(descriptor, image);
  }

  @Override
  public boolean canBeRepaired() {
    return !repairer.equals(BlobRepair.NONE);
  }

  @Override
  public boolean repair() {
    return canBeRepaired() && !store.isWhole(descriptor) && repairer.repair(image, descriptor);
  }
}
