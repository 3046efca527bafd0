package linuxkit.oci;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The entries of an index: images, and the attestations of images in BuildKit's format. */
public final class IndexEntries {
  private static final String SUBJECT = "vnd.docker.reference.digest";

  private IndexEntries() {}

  /** Returns whether an entry is an attestation rather than an image. */
  public static boolean isAttestation(Descriptor entry) {
    return entry.annotations().containsKey(SUBJECT);
  }

  /** Returns whether an entry is an attestation of one of the images. */
  public static boolean isAbout(Descriptor entry, Set<Digest> images) {
    return Digest.parse(entry.annotations().getOrDefault(SUBJECT, ""))
        .filter(images::contains)
        .isPresent();
  }

  /** Returns the entries that are images. */
  public static List<Descriptor> images(List<Descriptor> entries) {
    return entries.stream().filter(entry -> !isAttestation(entry)).toList();
  }

  /** Returns images followed by those attestations that are about one of them, each once. */
  public static List<Descriptor> withAttestations(
      List<Descriptor> images, List<Descriptor> entries) {
    Set<Digest> subjects = new HashSet<>();
    images.forEach(image -> subjects.add(image.digest()));
    Set<Digest> seen = new HashSet<>();
    List<Descriptor> all = new ArrayList<>(images);
    for (Descriptor entry : entries) {
      if (isAbout(entry, subjects) && seen.add(entry.digest())) {
        all.add(entry);
      }
    }
    return all;
  }

  /** Returns the architecture that an image is tagged with; empty for an attestation. */
  public static Optional<String> architecture(Descriptor entry) {
    return entry
        .platform()
        .map(Platform::architecture)
        .filter(name -> !name.isEmpty() && !name.equals("unknown"));
  }
}
