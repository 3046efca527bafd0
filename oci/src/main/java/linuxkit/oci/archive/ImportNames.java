package linuxkit.oci.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.oci.Reference;
import linuxkit.oci.store.NamedDescriptor;

/** Determines the names under which the images of an archive are stored. */
final class ImportNames {
  private ImportNames() {}

  static List<NamedDescriptor> of(
      List<ArchivedImage> images, Optional<Reference> wanted, String where) {
    if (wanted.isPresent()) {
      if (images.size() != 1) {
        throw new ArchiveFailure(
            "the archive has " + images.size() + " images, which cannot all have one name",
            where,
            "import it without --name");
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
          "the archive does not name its image", where, "name it with --name NAME");
    }
    return named;
  }
}
