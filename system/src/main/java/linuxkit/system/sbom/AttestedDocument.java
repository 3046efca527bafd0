package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.filesystem.Content;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;

/**
 * An SPDX document of an image, as its builder attests it: copied element by element, each under an
 * identifier of this system. Fields that SPDX 2.3 does not define or that have a wrong type are
 * left out, and so are snippets and reviews.
 */
final class AttestedDocument {
  static final String PREDICATE = "https://spdx.dev/Document";

  private static final Set<String> VERSIONS = Set.of("SPDX-2.1", "SPDX-2.2", "SPDX-2.3");
  private static final Pattern LOCATION =
      Pattern.compile("NONE|NOASSERTION|[a-z][a-z0-9+.-]*:[!-~]+");
  private static final Pattern AGENT =
      Pattern.compile("NOASSERTION|(?:Person|Organization): [^()]+(?: \\([^()]*\\))?");
  private static final List<String> ANNOTATION =
      List.of("annotationDate", "annotationType", "annotator", "comment");
  private static final List<String> CHECKSUM = List.of("algorithm", "checksumValue");

  private final DocumentFields document;
  private final SpdxPart part;
  private final SpdxNames names;
  private final Set<String> analysed = new HashSet<>();
  private final Set<String> fileIds = new HashSet<>();
  private int malformed;

  private AttestedDocument(DocumentFields document, SpdxPart part) {
    this.document = document;
    this.part = part;
    this.names = new SpdxNames(part);
  }

  /**
   * Adds the elements of a statement.
   *
   * @return the number of invalid elements, which are left out
   * @throws linuxkit.base.Failure if it is not an in-toto statement of an SPDX document of version
   *     2.1 to 2.3; then nothing is added
   */
  static int addTo(SpdxPart part, Content statement, String where) {
    if (!(Json.parse(DatabaseText.bytes(statement, where), where) instanceof JsonObject object)) {
      throw new SbomFailure("it is not an in-toto statement", where, null);
    }
    DocumentFields predicate =
        new DocumentFields(object)
            .object("predicate")
            .orElseThrow(() -> new SbomFailure("it is not an in-toto statement", where, null));
    String version = predicate.text("spdxVersion");
    if (!VERSIONS.contains(version)) {
      throw new SbomFailure(
          version.isEmpty()
              ? "it is not an SPDX document"
              : "its version " + version + " is not one of SPDX-2.1 to SPDX-2.3",
          where,
          null);
    }
    AttestedDocument attested = new AttestedDocument(predicate, part);
    attested.add();
    return attested.malformed;
  }

  private void add() {
    // First the elements that others refer to.
    document.objects("externalDocumentRefs").forEach(this::externalDocument);
    document.objects("hasExtractedLicensingInfos").forEach(this::licence);
    List<DocumentFields> packages = claim("packages", "name");
    List<DocumentFields> files = claim("files", "fileName");
    files.forEach(file -> fileIds.add(names.rename(file.text("SPDXID"))));
    packages.forEach(this::addPackage);
    files.forEach(this::addFile);
    boolean described = false;
    for (String id : document.texts("documentDescribes")) {
      described |= relate(SpdxNames.DOCUMENT, "DESCRIBES", id);
    }
    for (DocumentFields relationship : document.objects("relationships")) {
      String type = relationship.text("relationshipType");
      described |=
          relate(relationship.text("spdxElementId"), type, relationship.text("relatedSpdxElement"))
              && type.startsWith("DESCRIBE");
    }
    if (!described) {
      packages.forEach(each -> relate(SpdxNames.DOCUMENT, "DESCRIBES", each.text("SPDXID")));
    }
    JsonObject.Builder remarks = JsonObject.builder();
    document.copyObjects(remarks, "annotations", ANNOTATION, List.of());
    new DocumentFields(remarks.build())
        .objects("annotations")
        .forEach(annotation -> part.annotations().add(annotation.object()));
  }

  /** Returns the elements that have a name and an identifier of their own. */
  private List<DocumentFields> claim(String list, String name) {
    List<DocumentFields> claimed = new ArrayList<>();
    for (DocumentFields element : document.objects(list)) {
      if (!element.text(name).isEmpty() && names.claim(element.text("SPDXID"))) {
        claimed.add(element);
      } else {
        malformed++;
      }
    }
    return claimed;
  }

  private void externalDocument(DocumentFields from) {
    JsonObject.Builder json = JsonObject.builder();
    from.object("checksum")
        .filter(checksum -> CHECKSUM.stream().noneMatch(field -> checksum.text(field).isEmpty()))
        .ifPresent(
            checksum -> {
              JsonObject.Builder copy = JsonObject.builder();
              checksum.copyTexts(copy, CHECKSUM);
              json.put("checksum", copy.build());
            });
    String id = from.text("externalDocumentId");
    if (json.build().members().isEmpty()
        || !LOCATION.matcher(from.text("spdxDocument")).matches()
        || !names.claim(id)) {
      malformed++;
      return;
    }
    part.documents()
        .add(
            json.put("externalDocumentId", names.rename(id))
                .put("spdxDocument", from.text("spdxDocument"))
                .build());
  }

  private void licence(DocumentFields from) {
    String id = from.text("licenseId");
    if (from.text("extractedText").isEmpty() || !names.claim(id)) {
      malformed++;
      return;
    }
    JsonObject.Builder json = JsonObject.builder().put("licenseId", names.rename(id));
    from.copyTexts(json, List.of("extractedText", "name", "comment"));
    from.copyList(json, "seeAlsos");
    part.licences().add(json.build());
  }

  private void addPackage(DocumentFields from) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("name", from.text("name"))
            .put("SPDXID", names.rename(from.text("SPDXID")));
    from.copyTexts(json, List.of("versionInfo"));
    String place = part.place(from.text("packageFileName"));
    if (!place.isEmpty()) {
      json.put("packageFileName", place);
    }
    for (String agent : List.of("supplier", "originator")) {
      if (AGENT.matcher(from.text(agent)).matches()) {
        json.put(agent, from.text(agent));
      }
    }
    String location = from.text("downloadLocation");
    json.put("downloadLocation", LOCATION.matcher(location).matches() ? location : "NOASSERTION");
    analysis(from, json);
    from.copyObjects(json, "checksums", CHECKSUM, List.of());
    from.copyTexts(json, List.of("sourceInfo"));
    licences(from, json, List.of("licenseConcluded", "licenseDeclared"));
    from.copyTexts(
        json, List.of("licenseComments", "copyrightText", "summary", "description", "comment"));
    externalRefs(from, json);
    from.copyList(json, "attributionTexts");
    from.copyTexts(json, List.of("primaryPackagePurpose"));
    from.copyTexts(json, List.of("releaseDate", "builtDate", "validUntilDate"));
    from.copyObjects(json, "annotations", ANNOTATION, List.of());
    part.packages().add(json.build());
    from.texts("hasFiles").forEach(file -> relate(from.text("SPDXID"), "CONTAINS", file));
  }

  // Only a package with a code over its files can state that they were analysed.
  private void analysis(DocumentFields from, JsonObject.Builder to) {
    String code =
        from.object("packageVerificationCode")
            .map(object -> object.text("packageVerificationCodeValue"))
            .orElse("");
    if (from.isFalse("filesAnalyzed") || code.isEmpty()) {
      to.put("filesAnalyzed", false);
      return;
    }
    analysed.add(names.rename(from.text("SPDXID")));
    to.put("filesAnalyzed", true);
    JsonObject.Builder json = JsonObject.builder();
    json.put("packageVerificationCodeValue", code);
    from.object("packageVerificationCode")
        .ifPresent(object -> object.copyList(json, "packageVerificationCodeExcludedFiles"));
    to.put("packageVerificationCode", json.build());
    List<String> found =
        from.texts("licenseInfoFromFiles").stream().map(names::licence).distinct().toList();
    if (!found.isEmpty()) {
      to.put("licenseInfoFromFiles", found);
    }
  }

  private void licences(DocumentFields from, JsonObject.Builder to, List<String> fields) {
    for (String field : fields) {
      if (!from.text(field).isEmpty()) {
        to.put(field, names.licence(from.text(field)));
      }
    }
  }

  private static void externalRefs(DocumentFields from, JsonObject.Builder to) {
    JsonObject.Builder copy = JsonObject.builder();
    from.copyObjects(
        copy,
        "externalRefs",
        List.of("referenceCategory", "referenceType", "referenceLocator"),
        List.of("comment"));
    List<Json> refs = new ArrayList<>();
    for (DocumentFields ref : new DocumentFields(copy.build()).objects("externalRefs")) {
      JsonObject.Builder json = JsonObject.builder();
      ref.object().members().forEach(json::put);
      // SPDX 2.3 writes these names with hyphens.
      json.put("referenceCategory", ref.text("referenceCategory").replace('_', '-'));
      refs.add(json.build());
    }
    if (!refs.isEmpty()) {
      to.put("externalRefs", new JsonArray(refs));
    }
  }

  private void addFile(DocumentFields from) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("fileName", part.place(from.text("fileName")))
            .put("SPDXID", names.rename(from.text("SPDXID")));
    from.copyList(json, "fileTypes");
    from.copyObjects(json, "checksums", CHECKSUM, List.of());
    licences(from, json, List.of("licenseConcluded"));
    List<String> found =
        from.texts("licenseInfoInFiles").stream().map(names::licence).distinct().toList();
    if (!found.isEmpty()) {
      json.put("licenseInfoInFiles", found);
    }
    from.copyTexts(json, List.of("licenseComments", "copyrightText", "comment", "noticeText"));
    from.copyList(json, "fileContributors");
    from.copyList(json, "attributionTexts");
    from.copyObjects(json, "annotations", ANNOTATION, List.of());
    part.files().add(json.build());
  }

  // A package whose files were not analysed must not contain any, but a file can be contained by
  // it.
  private void contains(String outer, String inner) {
    if (fileIds.contains(inner) && !analysed.contains(outer)) {
      part.relate(inner, "CONTAINED_BY", outer);
    } else {
      part.relate(outer, "CONTAINS", inner);
    }
  }

  /** Adds a relationship. Returns whether it is valid and between existing elements. */
  private boolean relate(String from, String type, String to) {
    String left = names.rename(from);
    String right = names.rename(to);
    if (left.isEmpty() || right.isEmpty() || !RelationshipTypes.ALL.contains(type)) {
      malformed++;
      return false;
    }
    // The image contains what the document described.
    if (type.equals("DESCRIBES") && left.equals(part.imageId())) {
      contains(left, right);
    } else if (type.equals("DESCRIBED_BY") && right.equals(part.imageId())) {
      contains(right, left);
    } else if (type.equals("CONTAINS")) {
      contains(left, right);
    } else {
      part.relate(left, type, right);
    }
    return true;
  }
}
