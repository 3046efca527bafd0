package linuxkit.oci.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;

/** A process that names an image many times. Arguments: {@code ROOT DIGEST SIZE}. */
final class NamingProcess {
  static final int COUNT = 40;

  private NamingProcess() {}

  public static void main(String[] args) {
    ImageStore store = ImageStore.open(Path.of(args[0]), Progress.silent());
    Descriptor image =
        new Descriptor(
            MediaTypes.OCI_MANIFEST,
            Digest.parse(args[1]).orElseThrow(),
            Long.parseLong(args[2]),
            Optional.empty(),
            new TreeMap<>());
    for (int i = 0; i < COUNT; i++) {
      store.name(Reference.parse("other:" + i), image);
    }
  }
}
