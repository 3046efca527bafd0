package linuxkit.packaging.dockerfile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;

/** The entries of an index: images, and the attestations of images in BuildKit's format. */
public final class IndexEntries {
  private static final String SUBJECT = "vnd.docker.reference.digest";

  private IndexEntries() {}

  /** Returns whether an entry is an attestation rather than an image. */
  public static boolean isAttestation(Descriptor entry) {
    return entry.annotations().containsKey(SUBJECT);
  }

  /** Returns the entries that are images. */
  public static List<Descriptor> images(List<Descriptor> entries) {
    return entries.stream().filter(entry -> !isAttestation(entry)).toList();
  }

  /** Returns images followed by those attestations that are about one of them, each once. */
  public static List<Descriptor> withAttestations(
      List<Descriptor> images, List<Descriptor> entries) {
    Set<String> subjects = new HashSet<>();
    images.forEach(image -> subjects.add(image.digest().toString()));
    Set<Digest> seen = new HashSet<>();
    List<Descriptor> all = new ArrayList<>(images);
    for (Descriptor entry : entries) {
      if (isAttestation(entry)
          && subjects.contains(entry.annotations().get(SUBJECT))
          && seen.add(entry.digest())) {
        all.add(entry);
      }
    }
    return all;
  }
}
