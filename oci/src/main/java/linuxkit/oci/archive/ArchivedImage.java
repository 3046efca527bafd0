package linuxkit.oci.archive;

import java.util.List;
import linuxkit.oci.Descriptor;

/**
 * An image of an archive whose blobs are all in the store.
 *
 * @param names the image's names in the archive; may be empty
 */
record ArchivedImage(Descriptor root, List<String> names) {
  ArchivedImage {
    names = List.copyOf(names);
  }
}
