package linuxkit.oci.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
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
      return List.of(named(wanted.get(), images.getFirst(), where));
    }
    List<NamedDescriptor> named = new ArrayList<>();
    for (ArchivedImage image : images) {
      for (String name : image.names()) {
        named.add(named(Reference.parse(name), image, where));
      }
    }
    if (named.isEmpty()) {
      throw new ArchiveFailure(
          "the archive does not name its image", where, "name it with --name NAME");
    }
    return named;
  }

  // A digest in a name is a promise about the content, which an archive may break.
  private static NamedDescriptor named(Reference name, ArchivedImage image, String where) {
    if (name.digest().filter(digest -> !digest.equals(image.root().digest())).isPresent()) {
      throw ReferenceFailure.otherDigest(name, image.root().digest(), where);
    }
    return new NamedDescriptor(name.toString(), image.root());
  }
}
