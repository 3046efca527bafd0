package linuxkit.oci.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.oci.Reference;
import linuxkit.oci.store.NamedDescriptor;

/** Under which names the images of an archive come into the store. */
final class ImportNames {
  private ImportNames() {}

  static List<NamedDescriptor> of(
      List<ArchivedImage> images, Optional<Reference> wanted, String where) {
    if (wanted.isPresent()) {
      if (images.size() != 1) {
        throw new ArchiveFailure(
            "it holds " + images.size() + " images, which cannot all have one name",
            where,
            "import it without a name");
      }
      return List.of(new NamedDescriptor(wanted.get().toString(), images.getFirst().root()));
    }
    List<NamedDescriptor> named = new ArrayList<>();
    for (ArchivedImage image : images) {
      for (String name : image.names()) {
        named.add(new NamedDescriptor(Reference.parse(name).toString(), image.root()));
      }
    }
    if (named.isEmpty()) {
      throw new ArchiveFailure(
          "it does not say what its image is called", where, "name it with --name NAME");
    }
    return named;
  }
}
