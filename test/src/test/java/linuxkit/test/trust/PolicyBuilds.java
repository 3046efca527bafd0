package linuxkit.test.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import linuxkit.base.Sha256;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.BeforeEach;

/** Builds under a policy, and documents that anybody may have put into the registry. */
abstract class PolicyBuilds extends SigningFixture {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String OCTETS = "application/octet-stream";
  private static final byte[] NOTHING = {};

  Path out;
  private int stores;

  @BeforeEach
  void writePolicy() throws Exception {
    out = Files.createDirectory(work.resolve("out"));
    key("theirs");
    policy("{key: ours.pub}");
  }

  final void policy(String requirement) throws IOException {
    Files.writeString(
        work.resolve("trust.yml"),
        "version: 1\nrules:\n  - {image: %s/team, require: [%s]}\n"
            .formatted(registry.authority(), requirement));
  }

  final void emptyStore() {
    linuxkit = Linuxkit.withCache(work.resolve("empty" + ++stores)).in(work);
  }

  private Linuxkit.Result build(String name) throws IOException {
    Files.writeString(work.resolve("web.yml"), "init: [\"" + name + "\"]\n");
    return linuxkit.run("build", "--format=tar", "--dir=out", "web.yml");
  }

  final void assertAccepted(String name) throws IOException {
    build(name).succeeds();
    assertThat(out.resolve("web.tar")).isNotEmptyFile();
    Files.delete(out.resolve("web.tar"));
  }

  /** Checks the rule, the places and the reason, and that nothing is written. */
  final void assertRefused(String name, String reason) throws IOException {
    assertThat(build(name).fails().err())
        .containsPattern("(?m)^linuxkit: web.yml:1:8: " + Pattern.quote(name + "@sha256:"))
        .contains("the trust policy refuses this image")
        .contains("by the rule " + registry.authority() + "/team at ", "trust.yml:3:5")
        .contains(reason);
    assertThat(out).isEmptyDirectory();
  }

  final void assertRefusedFromAnEmptyStore(String name, String reason) throws IOException {
    emptyStore();
    assertRefused(name, reason);
    assertThat(linuxkit.run("cache", "ls").succeeds().out()).doesNotContain("/team/");
  }

  final String copy(String name) {
    String to = registry.authority() + "/team/" + name;
    Linuxkit.withCache(work.resolve("store"))
        .run("cache", "push", "--remote-name", to, image)
        .succeeds();
    return to;
  }

  /** Attaches a Sigstore bundle to an image, as the fallback for registries without an API. */
  final void attach(String digest, byte[] bundle) throws Exception {
    String subject = descriptor(INDEX, digest, manifest("GET", digest, "").length());
    String document =
        """
        {"schemaVersion": 2, "mediaType": "%s", "artifactType": "%s",
         "config": %s, "layers": [%s], "subject": %s}
        """
            .formatted(
                MANIFEST,
                BUNDLE,
                blob("application/vnd.oci.empty.v1+json", "{}".getBytes(UTF_8)),
                blob(BUNDLE, bundle),
                subject);
    String referrer = "sha256:" + Sha256.hex(document.getBytes(UTF_8));
    manifest("PUT", referrer, document);
    String index =
        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"manifests\": [%s]}"
            .formatted(INDEX, descriptor(MANIFEST, referrer, document.length()));
    request("PUT", "manifests/" + tag(digest), INDEX, index.getBytes(UTF_8));
  }

  private static String descriptor(String type, String digest, int size) {
    return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}"
        .formatted(type, digest, size);
  }

  static String tag(String digest) {
    return digest.replace(":", "-");
  }

  final String digest(String tag) throws Exception {
    return request("HEAD", "manifests/" + tag, MANIFEST, NOTHING)
        .headers()
        .firstValue("Docker-Content-Digest")
        .orElseThrow();
  }

  final String manifest(String method, String tag, String content) throws Exception {
    return request(method, "manifests/" + tag, MANIFEST, content.getBytes(UTF_8)).body();
  }

  private String blob(String type, byte[] content) throws Exception {
    String digest = "sha256:" + Sha256.hex(content);
    String upload =
        request("POST", "blobs/uploads/", OCTETS, NOTHING)
            .headers()
            .firstValue("Location")
            .orElseThrow();
    request("PUT", upload + "&digest=" + digest, OCTETS, content);
    return descriptor(type, digest, content.length);
  }

  private HttpResponse<String> request(String method, String path, String type, byte[] content)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://" + registry.authority() + "/v2/team/app/").resolve(path);
      HttpRequest request =
          HttpRequest.newBuilder(address)
              .header("Accept", INDEX)
              .header("Accept", MANIFEST)
              .header("Content-Type", type)
              .method(method, HttpRequest.BodyPublishers.ofByteArray(content))
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(path + response.body()).isBetween(200, 202);
      return response;
    }
  }
}
