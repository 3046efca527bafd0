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
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.store.ImageStore;

/**
 * Fetches an index or a manifest (OCI distribution specification, "Pulling manifests").
 *
 * @param digest the requested digest; empty for a tag, which may have any digest
 */
public record ManifestCall(Endpoint endpoint, String tagOrDigest, Optional<Digest> digest)
    implements Call<FetchedDocument> {
  static final String ACCEPTED =
      String.join(
          ", ",
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_MANIFEST);

  @Override
  public String action() {
    return "fetch a manifest";
  }

  @Override
  public Request request() {
    return Request.get(endpoint.manifest(tagOrDigest), where()).accepting(ACCEPTED);
  }

  @Override
  public FetchedDocument read(Response response) throws IOException {
    if (response.mediaType().equals("text/html")) {
      throw wrongContent(response, "is a web page, not an image", "check that this is a registry");
    }
    byte[] content =
        response
            .content(ImageStore.MAX_DOCUMENT)
            .orElseThrow(
                () ->
                    wrongContent(
                        response, "is longer than " + ImageStore.MAX_DOCUMENT + " bytes", ""));
    Digest wanted = digest.orElse(Digest.sha256(content));
    requireDigest(wanted, content, response);
    if (digest.isEmpty()) {
      // For a tag, only this field shows whether the document arrived undamaged.
      Optional<Digest> announced = response.header("docker-content-digest").flatMap(Digest::parse);
      if (announced.isPresent()) {
        requireDigest(announced.get(), content, response);
      }
    }
    return new FetchedDocument(
        Descriptor.of(mediaType(response, content), wanted, content.length), content);
  }

  private void requireDigest(Digest wanted, byte[] content, Response response) {
    MessageDigest hash = wanted.newMessageDigest();
    String hex = HexFormat.of().formatHex(hash.digest(content));
    if (!hex.equals(wanted.hex())) {
      throw wrongContent(
          response,
          "is not " + wanted + ", but has " + wanted.algorithm() + ":" + hex,
          "try again; if it fails again, the registry is broken or not trustworthy");
    }
  }

  // Static file servers send generic types, so the document's own type is used instead.
  private String mediaType(Response response, byte[] content) {
    String announced = response.mediaType();
    if (announced.equals(MediaTypes.DOCKER_MANIFEST) && isOciManifest(content)) {
      return MediaTypes.OCI_MANIFEST;
    }
    if (isImage(announced)) {
      return announced;
    }
    if (!List.of("", "application/json", "application/octet-stream", "text/plain")
        .contains(announced)) {
      throw notAnImage(response, announced);
    }
    if (Json.parse(content, where() + ": manifest") instanceof JsonObject object) {
      if (object.get("mediaType").orElse(null) instanceof JsonString own) {
        if (isImage(own.value())) {
          return own.value();
        }
        throw notAnImage(response, own.value());
      }
      return object.get("manifests").isPresent() ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    }
    throw wrongContent(response, "is not a manifest", "check that this is a registry");
  }

  // Some registries announce an OCI manifest without a type of its own as one of Docker, which
  // other
  // registries then refuse.
  private boolean isOciManifest(byte[] content) {
    return Json.parse(content, where() + ": manifest") instanceof JsonObject manifest
        && manifest.get("mediaType").isEmpty()
        && manifest.get("config").orElse(null) instanceof JsonObject config
        && config.get("mediaType").orElse(null) instanceof JsonString type
        && type.value().equals(MediaTypes.OCI_CONFIG);
  }

  private static boolean isImage(String mediaType) {
    return MediaTypes.isIndex(mediaType) || MediaTypes.isManifest(mediaType);
  }

  private RegistryFailure notAnImage(Response response, String mediaType) {
    return wrongContent(response, "is of type " + mediaType + ", not an image", "check the name");
  }

  private RegistryFailure wrongContent(Response response, String what, String hint) {
    return new RegistryFailure.WrongContent(
        "the content of " + Urls.shown(response.uri()) + " " + what, where(), hint);
  }

  private String where() {
    return endpoint.reference().toString();
  }
}
