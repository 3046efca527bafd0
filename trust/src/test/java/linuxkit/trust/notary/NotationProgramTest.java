package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.base.ProgramSearch;
import linuxkit.base.Sha256;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What notation itself signs in a registry today, with its own test certificate. */
class NotationProgramTest {
  private static final String OCI = "application/vnd.oci.image.";

  @TempDir private Path directory;

  @Test
  void acceptsWhatNotationSignsInARegistry() throws Exception {
    Path notation =
        ProgramSearch.find("notation", System.getenv())
            .orElse(
                Path.of(System.getProperty("linuxkit.home", "target/linuxkit"))
                    .resolveSibling("tools/notation-1/usr/bin/notation"));
    boolean found = Files.isExecutable(notation);
    if (!found) {
      System.err.println("skipped: notation is not installed, and build/foreign does not have it");
    }
    assumeTrue(found, "notation is not installed");
    String digest = "sha256:" + layout();
    try (DockerRegistry registry = DockerRegistry.start(directory)) {
      registry.push(directory.resolve("layout") + ":v1", "app:v1");
      run(notation, "cert", "generate-test", "--default", "example.org");
      String image = registry.authority() + "/app@" + digest;
      run(notation, "sign", "--insecure-registry", image);
      run(notation, "sign", "--insecure-registry", "--signature-format", "cose", image);

      List<Evidence> signatures = signatures(registry, digest);
      assertThat(signatures)
          .extracting(Evidence::form)
          .containsExactlyInAnyOrder(Evidence.Form.NOTARY_JWS, Evidence.Form.NOTARY_COSE);
      for (Evidence signature : signatures) {
        assertThat(authority("example.org").check(signature, subject(digest)))
            .isInstanceOfSatisfying(
                Verdict.Accepted.class,
                accepted -> assertThat(accepted.subject()).isEqualTo(digest));
        assertThat(authority("example.com").check(signature, subject(digest)))
            .isInstanceOf(Verdict.Refused.class);
        assertThat(authority("example.org").check(signature, subject("sha256:" + "0".repeat(64))))
            .isEqualTo(new Verdict.Refused("the signature is of another image, " + digest));
      }
    }
  }

  private static SignedSubject subject(String digest) {
    return new SignedSubject("127.0.0.1/app", List.of(digest));
  }

  /** Returns the authority that trusts the certificate which notation has made. */
  private X509Authority authority(String name) throws IOException {
    Path certificate = directory.resolve("home/notation/localkeys/example.org.crt");
    return new X509Authority(
        TrustStore.parse(Files.readAllBytes(certificate), certificate.toString()),
        TrustStore.EMPTY,
        TrustStore.EMPTY,
        TrustedSubjects.of(Map.of("C", "US", "ST", "WA", "O", "Notary", "CN", name), "trust.yml"),
        InstantSource.system());
  }

  /** Reads the signatures from the tag that stands for the list of what refers to an image. */
  private static List<Evidence> signatures(DockerRegistry registry, String digest)
      throws IOException, InterruptedException {
    JsonObject index = get(registry, "manifests/" + digest.replace(':', '-'));
    List<Evidence> signatures = new ArrayList<>();
    for (JsonObject descriptor : objects(index, "manifests")) {
      JsonObject manifest = get(registry, "manifests/" + text(descriptor, "digest"));
      JsonObject layer = objects(manifest, "layers").getFirst();
      String type = text(layer, "mediaType");
      assertThat(type).isIn("application/jose+json", "application/cose");
      signatures.add(
          TestEnvelope.evidence(
              type.endsWith("cose") ? Evidence.Form.NOTARY_COSE : Evidence.Form.NOTARY_JWS,
              bytes(registry, "blobs/" + text(layer, "digest"))));
    }
    return signatures;
  }

  private static List<JsonObject> objects(JsonObject from, String name) {
    return ((JsonArray) from.get(name).orElseThrow())
        .elements().stream().map(JsonObject.class::cast).toList();
  }

  private static String text(JsonObject from, String name) {
    return ((JsonString) from.get(name).orElseThrow()).value();
  }

  private static JsonObject get(DockerRegistry registry, String path)
      throws IOException, InterruptedException {
    return (JsonObject) Json.parse(bytes(registry, path), path);
  }

  private static byte[] bytes(DockerRegistry registry, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + registry.authority() + "/v2/app/" + path))
            .header("Accept", OCI + "index.v1+json, " + OCI + "manifest.v1+json")
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      return response.body();
    }
  }

  /** Writes an image without layers and returns the SHA-256 of its manifest. */
  private String layout() throws IOException {
    Files.createDirectories(directory.resolve("layout/blobs/sha256"));
    Files.writeString(directory.resolve("layout/oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%smanifest.v1+json\",\"config\":%s,\"layers\":[]}"
            .formatted(OCI, blob("config.v1+json", config));
    String entry = blob("manifest.v1+json", manifest);
    Files.writeString(
        directory.resolve("layout/index.json"),
        "{\"schemaVersion\":2,\"manifests\":[%s,\"annotations\":{\"org.opencontainers.image.ref.name\":\"v1\"}}]}"
            .formatted(entry.substring(0, entry.length() - 1)));
    return Sha256.hex(manifest.getBytes(UTF_8));
  }

  private String blob(String type, String content) throws IOException {
    String hash = Sha256.hex(content.getBytes(UTF_8));
    Files.writeString(directory.resolve("layout/blobs/sha256/" + hash), content);
    return "{\"mediaType\":\"%s%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(OCI, type, hash, content.length());
  }

  private void run(Path program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("XDG_CONFIG_HOME", directory.resolve("home").toString());
    Process process = builder.start();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    process.getInputStream().transferTo(output);
    assertThat(process.waitFor()).as(output.toString(UTF_8)).isZero();
  }
}
