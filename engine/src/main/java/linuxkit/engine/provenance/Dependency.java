package linuxkit.engine.provenance;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import linuxkit.json.JsonObject;

/**
 * Something that a build has used: a resource descriptor of in-toto.
 *
 * @param name an image's reference, a package's name, or a file's path in the manifest
 * @param uri a package URL; empty for a file
 * @param digests by algorithm; empty if unknown
 * @param mediaType of an image's index or manifest; empty if unknown
 * @param annotations what else is known of it
 */
record Dependency(
    String name,
    String uri,
    Map<String, String> digests,
    String mediaType,
    SequencedMap<String, String> annotations) {
  static final String IMAGE = "pkg:oci/";
  static final String PACKAGE = "pkg:deb/";
  static final String PLATFORM = "platform";
  static final String MANIFEST = "manifest";
  static final String SIZE = "size";
  static final String COMPONENT = "component";
  static final String RULE = "trustRule";
  static final String SIGNERS = "trustSigners";

  Dependency {
    digests = Map.copyOf(digests);
    annotations = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(annotations));
  }

  boolean isImage() {
    return uri.startsWith(IMAGE);
  }

  boolean isPackage() {
    return uri.startsWith(PACKAGE);
  }

  boolean isFile() {
    return uri.isEmpty();
  }

  /** Returns its SHA-256 in hexadecimal digits; empty if unknown. */
  String sha256() {
    return digests.getOrDefault("sha256", "");
  }

  /** Returns the version in the package URL, as a package manager writes it. */
  String version() {
    String version = uri.substring(uri.lastIndexOf('@') + 1).replaceFirst("[?#].*", "");
    try {
      return URLDecoder.decode(version.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return version;
    }
  }

  JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder().put("name", name);
    if (!uri.isEmpty()) {
      json.put("uri", uri);
    }
    if (!digests.isEmpty()) {
      json.put("digest", digests);
    }
    if (!mediaType.isEmpty()) {
      json.put("mediaType", mediaType);
    }
    if (!annotations.isEmpty()) {
      json.put("annotations", annotations);
    }
    return json.build();
  }
}
