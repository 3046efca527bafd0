package linuxkit.oci.archive;

import java.util.List;
import linuxkit.oci.Descriptor;

/**
 * An image of an archive, all of which is in the store by now.
 *
 * @param names as they stand in the archive, possibly none
 */
record ArchivedImage(Descriptor root, List<String> names) {
  ArchivedImage {
    names = List.copyOf(names);
  }
}
