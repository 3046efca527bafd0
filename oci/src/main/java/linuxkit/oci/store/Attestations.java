package linuxkit.oci.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;

/**
 * The in-toto statements that an index has for one of its images, in BuildKit's format: an entry
 * names the image in an annotation and is a manifest whose layers are the statements.
 */
public final class Attestations {
  /** The size limit of a statement, in bytes. */
  public static final int MAX_STATEMENT = 16 << 20;

  /** The largest number of statements that an image may have. */
  public static final int MAX_STATEMENTS = 32;

  private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
  private static final String ATTESTATION = "attestation-manifest";
  private static final String STATEMENT = "application/vnd.in-toto+json";
  private static final String PREDICATE_TYPE = "in-toto.io/predicate-type";

  private Attestations() {}

  /** Returns whether an entry of an index is an attestation rather than an image. */
  public static boolean isAttestation(Descriptor entry) {
    return entry.annotations().containsKey(REFERENCE_TYPE);
  }

  /** Returns whether an entry is an attestation, and no image of a platform in disguise. */
  public static boolean isNothingElse(Descriptor entry) {
    return isAttestation(entry)
        && entry.platform().filter(platform -> !platform.os().equals("unknown")).isEmpty();
  }

  /**
   * Finds the attestations of an image among the entries of an index. Returns each once, even if it
   * is listed several times.
   */
  static List<Descriptor> of(Digest image, List<Descriptor> entries) {
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    for (Descriptor entry : entries) {
      Map<String, String> annotations = entry.annotations();
      if (ATTESTATION.equals(annotations.get(REFERENCE_TYPE))
          && IndexEntries.isAbout(entry, Set.of(image))
          && MediaTypes.isManifest(entry.mediaType())) {
        found.putIfAbsent(entry.digest(), entry);
      }
    }
    return List.copyOf(found.values());
  }

  /**
   * Lists the statements of an image. Reads only the documents that list them.
   *
   * @throws ManifestFailure if one is larger than {@link #MAX_STATEMENT}, or there are more than
   *     {@link #MAX_STATEMENTS}
   * @throws linuxkit.base.Failure if such a document is missing or damaged
   */
  public static List<Descriptor> statements(
      SelectedImage image, DocumentSource documents, Reference reference) {
    Set<Digest> seen = new LinkedHashSet<>();
    List<Descriptor> statements = new ArrayList<>();
    for (Descriptor attestation : image.attestations()) {
      String where = reference + ", attestation " + attestation.digest();
      ImageManifest manifest =
          ImageManifest.parse(documents.read(attestation), attestation.mediaType(), where);
      for (Descriptor layer : manifest.layers()) {
        if (layer.mediaType().equals(STATEMENT) && seen.add(layer.digest())) {
          check(layer, seen.size(), where);
          statements.add(layer);
        }
      }
    }
    return statements;
  }

  private static void check(Descriptor statement, int count, String where) {
    if (statement.size() > MAX_STATEMENT) {
      throw new ManifestFailure(
          "a statement is "
              + statement.size()
              + " bytes long, more than the allowed "
              + MAX_STATEMENT,
          where,
          "");
    }
    if (count > MAX_STATEMENTS) {
      throw new ManifestFailure("there are more than " + MAX_STATEMENTS + " statements", where, "");
    }
  }

  /** Returns the type of a statement's content; empty if the index does not give it. */
  public static String type(Descriptor statement) {
    return statement.annotations().getOrDefault(PREDICATE_TYPE, "");
  }

  static boolean isOfType(Descriptor statement, String predicateType) {
    return type(statement).equals(predicateType);
  }
}
