package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.json.JsonObject;

/**
 * The elements that a part of the system adds to an SPDX document. Their identifiers begin with the
 * part's name, so that no two parts can clash.
 */
final class SpdxPart {
  private static final Pattern NOT_IN_IDENTIFIERS = Pattern.compile("[^A-Za-z0-9.-]+");

  private final ImagePart part;
  private final String name;
  private final Set<String> taken = new HashSet<>();
  // By requested identifier, because a list may have one name very often.
  private final Map<String, Integer> nextNumbers = new HashMap<>();
  private final List<JsonObject> packages = new ArrayList<>();
  private final List<JsonObject> files = new ArrayList<>();
  private final List<JsonObject> licences = new ArrayList<>();
  private final List<JsonObject> documents = new ArrayList<>();
  private final List<JsonObject> annotations = new ArrayList<>();
  // By their texts: comparing objects takes method handles that are made in every process.
  private final SequencedMap<List<String>, JsonObject> relationships = new LinkedHashMap<>();

  SpdxPart(ImagePart part) {
    this.part = part;
    this.name = NOT_IN_IDENTIFIERS.matcher(part.location()).replaceAll("-").replaceAll("-$", "");
    this.taken.add(imageId());
  }

  ImagePart part() {
    return part;
  }

  /** Returns the identifier of the image itself. */
  String imageId() {
    return "SPDXRef-" + name;
  }

  /**
   * Returns a new identifier.
   *
   * @param kind {@code SPDXRef}, {@code LicenseRef} or {@code DocumentRef}
   * @param wish the text that it should contain
   */
  String identifier(String kind, String wish) {
    String plain = kind + "-" + name + "-" + NOT_IN_IDENTIFIERS.matcher(wish).replaceAll("-");
    String free = plain;
    int next = nextNumbers.getOrDefault(plain, 2);
    while (!taken.add(free)) {
      free = plain + "-" + next++;
    }
    nextNumbers.put(plain, next);
    return free;
  }

  List<JsonObject> packages() {
    return packages;
  }

  List<JsonObject> files() {
    return files;
  }

  /** Returns the texts of licences that are not on SPDX's list. */
  List<JsonObject> licences() {
    return licences;
  }

  /** Returns the references to other documents. */
  List<JsonObject> documents() {
    return documents;
  }

  /** Returns the remarks on the image as a whole. */
  List<JsonObject> annotations() {
    return annotations;
  }

  Collection<JsonObject> relationships() {
    return relationships.sequencedValues();
  }

  void relate(String from, String type, String to) {
    relationships.putIfAbsent(List.of(from, type, to), relationship(from, type, to));
  }

  static JsonObject relationship(String from, String type, String to) {
    return JsonObject.builder()
        .put("spdxElementId", from)
        .put("relationshipType", type)
        .put("relatedSpdxElement", to)
        .build();
  }

  /** Returns the path of a file of the image in the system. A name cannot lead out of the image. */
  String place(String file) {
    List<String> names = new ArrayList<>();
    for (String each : file.split("/", -1)) {
      if (each.equals("..")) {
        if (!names.isEmpty()) {
          names.removeLast();
        }
      } else if (!each.isEmpty() && !each.equals(".")) {
        names.add(each);
      }
    }
    String within = String.join("/", names);
    if (part.folder().isEmpty()) {
      return file.startsWith("/") ? "/" + within : within;
    }
    return within.isEmpty() ? part.folder() : part.folder() + "/" + within;
  }
}
