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
import java.util.List;
import java.util.regex.Pattern;
import linuxkit.fixtures.CosignProgram;
import linuxkit.test.Linuxkit;
import linuxkit.test.OciArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Builds systems of signed and unsigned images under a policy, each from an empty store. */
class PolicyTest extends SigningFixture {
  private Path out;
  private int stores;

  @BeforeEach
  void writePolicy() throws Exception {
    out = Files.createDirectory(work.resolve("out"));
    key("theirs");
    policy("{key: ours.pub}");
  }

  private void policy(String requirement) throws IOException {
    Files.writeString(
        work.resolve("trust.yml"),
        "version: 1\nrules:\n  - {image: %s/team, require: [%s]}\n"
            .formatted(registry.authority(), requirement));
  }

  private void emptyStore() {
    linuxkit = Linuxkit.withCache(work.resolve("empty" + ++stores)).in(work);
  }

  private Linuxkit.Result build(String name) throws IOException {
    Files.writeString(work.resolve("web.yml"), "init: [\"" + name + "\"]\n");
    return linuxkit.run("build", "--format=tar", "--dir=out", "web.yml");
  }

  private void assertAccepted(String name) throws IOException {
    build(name).succeeds();
    assertThat(out.resolve("web.tar")).isNotEmptyFile();
    Files.delete(out.resolve("web.tar"));
  }

  /** Checks the rule, the places and the reason, and that nothing is written. */
  private void assertRefused(String name, String reason) throws IOException {
    assertThat(build(name).fails().err())
        .containsPattern("(?m)^linuxkit: web.yml:1:8: " + Pattern.quote(name + "@sha256:"))
        .contains("the trust policy refuses this image")
        .contains("by the rule " + registry.authority() + "/team at ", "trust.yml:3:5")
        .contains(reason);
    assertThat(out).isEmptyDirectory();
  }

  private void assertRefusedFromAnEmptyStore(String name, String reason) throws IOException {
    emptyStore();
    assertRefused(name, reason);
    assertThat(linuxkit.run("cache", "ls").succeeds().out()).doesNotContain("/team/");
  }

  @Test
  void acceptsWhatLinuxkitSigns() throws Exception {
    linuxkit.run("sign", "--form=classic", "--key=ours.pem", image).succeeds();
    String bundled = copy("bundled:1");
    linuxkit.run("sign", "--form=bundle", "--key=ours.pem", bundled).succeeds();
    emptyStore();
    assertAccepted(image);
    assertAccepted(bundled);
  }

  @Test
  void acceptsWhatCosignSigns() throws Exception {
    for (CosignProgram cosign : CosignProgram.installed()) {
      String name = copy(cosign.toString().replace(" ", "-") + ":1");
      String key = cosign.newKey(work);
      cosign.sign(work, key, name);
      policy("{key: " + key.replace(".key", ".pub") + "}");
      emptyStore();
      assertAccepted(name);
      policy("{key: ours.pub}");
      assertRefused(name, "no valid signature by key ours.pub");
    }
  }

  private String copy(String name) {
    String to = registry.authority() + "/team/" + name;
    Linuxkit.withCache(work.resolve("store"))
        .run("cache", "push", "--remote-name", to, image)
        .succeeds();
    return to;
  }

  @Test
  void refusesUnsignedImagesAndSignaturesByOthers() throws Exception {
    assertRefusedFromAnEmptyStore(
        image, "no signature was found, and one by key ours.pub is required");
    linuxkit.run("sign", "--key=theirs.pem", image).succeeds();
    assertRefusedFromAnEmptyStore(image, "the signature is not by the ECDSA P-256 key");
  }

  @Test
  void refusesASignatureOfAnotherImage() throws Exception {
    String other = registry.authority() + "/team/app:2";
    new OciArchive().add(other, List.of(layer("other"))).write(work.resolve("other.tar"));
    linuxkit.run("cache", "import", "other.tar").succeeds();
    linuxkit.run("cache", "push", "--sign=ours.pem", "--form=classic", other).succeeds();
    String signatures = manifest("GET", tag(digest("2")), "");
    manifest("PUT", tag(digest("1")), signatures);
    assertRefusedFromAnEmptyStore(image, "of another image: " + digest("2"));
    emptyStore();
    assertAccepted(other);
  }

  private static String tag(String digest) {
    return digest.replace(":", "-") + ".sig";
  }

  private String digest(String tag) throws Exception {
    return request("HEAD", tag, "").headers().firstValue("Docker-Content-Digest").orElseThrow();
  }

  private String manifest(String method, String tag, String content) throws Exception {
    return request(method, tag, content).body();
  }

  private HttpResponse<String> request(String method, String tag, String content) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://" + registry.authority() + "/v2/team/app/manifests/" + tag);
      HttpRequest request =
          HttpRequest.newBuilder(address)
              .header("Accept", "application/vnd.oci.image.index.v1+json")
              .header("Accept", "application/vnd.oci.image.manifest.v1+json")
              .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
              .method(method, HttpRequest.BodyPublishers.ofString(content, UTF_8))
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(tag + response.body()).isBetween(200, 201);
      return response;
    }
  }

  @Test
  void appliesAChangedPolicyWithoutTheRegistry() throws Exception {
    linuxkit.run("sign", "--key=ours.pem", image).succeeds();
    emptyStore();
    assertAccepted(image);
    registry.close();
    policy("{anyOf: [{key: theirs.pub}, {key: ours.pub}]}");
    assertAccepted(image);
    policy("{key: theirs.pub}");
    assertRefused(image, "no valid signature by key theirs.pub");
    policy("{key: ours.pub}");
    assertAccepted(image);
  }
}
