package linuxkit.oci.registry.calls;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.http.Urls;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.store.ImageStore;

/**
 * Fetches an index or a manifest (OCI distribution specification, "Pulling manifests").
 *
 * @param digest the one asked for; what comes under a tag has whatever digest it has
 */
public record ManifestCall(Endpoint upstream, String tagOrDigest, Optional<Digest> digest)
    implements Call<FetchedDocument> {
  static final String ACCEPTED =
      String.join(
          ", ",
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_MANIFEST);

  @Override
  public Request request() {
    return Request.get(upstream.manifest(tagOrDigest), where()).accepting(ACCEPTED);
  }

  @Override
  public FetchedDocument read(Response answer) throws IOException {
    if (answer.mediaType().equals("text/html")) {
      throw wrong(answer, "is a web page, not an image", "check that it is a registry");
    }
    byte[] content =
        answer
            .content(ImageStore.MAX_DOCUMENT)
            .orElseThrow(
                () -> wrong(answer, "is longer than " + ImageStore.MAX_DOCUMENT + " bytes", ""));
    Digest wanted = digest.orElse(Digest.sha256(content));
    requireDigest(wanted, content, answer);
    if (digest.isEmpty()) {
      // Nothing else tells whether what comes under a tag came whole.
      Optional<Digest> announced = answer.header("docker-content-digest").flatMap(Digest::parse);
      if (announced.isPresent()) {
        requireDigest(announced.get(), content, answer);
      }
    }
    return new FetchedDocument(
        Descriptor.of(mediaType(answer, content), wanted, content.length), content);
  }

  private void requireDigest(Digest wanted, byte[] content, Response answer) {
    MessageDigest hash = wanted.newMessageDigest();
    String hex = HexFormat.of().formatHex(hash.digest(content));
    if (!hex.equals(wanted.hex())) {
      throw wrong(
          answer,
          "is not " + wanted + ", but has " + wanted.algorithm() + ":" + hex,
          "try again; if it stays so, the registry is broken or lies");
    }
  }

  // Static file servers call every manifest application/json or less; then the document speaks.
  private String mediaType(Response answer, byte[] content) {
    String announced = answer.mediaType();
    if (isImage(announced)) {
      return announced;
    }
    if (!List.of("", "application/json", "application/octet-stream", "text/plain")
        .contains(announced)) {
      throw noImage(answer, announced);
    }
    if (Json.parse(content, where() + ": manifest") instanceof JsonObject object) {
      if (object.get("mediaType").orElse(null) instanceof JsonString own) {
        if (isImage(own.value())) {
          return own.value();
        }
        throw noImage(answer, own.value());
      }
      return object.get("manifests").isPresent() ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    }
    throw wrong(answer, "is not a manifest", "check that it is a registry");
  }

  private static boolean isImage(String mediaType) {
    return MediaTypes.isIndex(mediaType) || MediaTypes.isManifest(mediaType);
  }

  private RegistryFailure noImage(Response answer, String mediaType) {
    return wrong(answer, "is of type " + mediaType + ", not an image", "check the name");
  }

  private RegistryFailure wrong(Response answer, String what, String hint) {
    return new RegistryFailure.WrongContent(
        "what comes from " + Urls.shown(answer.uri()) + " " + what, where(), hint);
  }

  private String where() {
    return upstream.reference().toString();
  }
}
