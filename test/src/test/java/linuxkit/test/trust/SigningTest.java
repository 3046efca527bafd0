package linuxkit.test.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.fixtures.CosignProgram;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Test;

/** Signs images in a registry, and exchanges signatures with cosign. */
class SigningTest extends SigningFixture {
  // An index and two images.
  private static final int SUBJECTS = 3;

  private String verify(CosignProgram cosign, String command, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--key",
                "ours.pub",
                "--insecure-ignore-tlog",
                "--allow-insecure-registry"));
    arguments.addAll(List.of(more));
    return cosign.run(work, arguments.toArray(String[]::new));
  }

  /** Returns the number of signatures and attestations of the index and its images. */
  private int fetched(String name) {
    String told = linuxkit.run("cache", "pull", "--signatures", name).succeeds().err();
    Matcher count = Pattern.compile("Fetched ([0-9]+) ").matcher(told);
    assertThat(count.find()).as(told).isTrue();
    return Integer.parseInt(count.group(1));
  }

  private static String digest(String printed) {
    return printed.strip().substring(printed.indexOf("sha256:"));
  }

  @Test
  void signsIndexAndImagesForCosign() throws Exception {
    String printed = linuxkit.run("sign", "--key", "ours.pem", image).succeeds().out();
    assertThat(printed).startsWith(registry.authority() + "/team/app@sha256:");
    assertThat(fetched(image)).isEqualTo(2 * SUBJECTS);
    for (CosignProgram cosign : CosignProgram.installed()) {
      assertThat(verify(cosign, "verify", image)).contains(digest(printed));
    }
  }

  @Test
  void signsInOneFormOnly() throws Exception {
    linuxkit.run("sign", "--form", "classic", "--key", "ours.pem", image).succeeds();
    assertThat(fetched(image)).isEqualTo(SUBJECTS);
    List<CosignProgram> installed = CosignProgram.installed();
    for (CosignProgram cosign : installed) {
      assertThat(verify(cosign, "verify", image)).contains("claims were validated");
    }
    String other = registry.authority() + "/team/other:1";
    linuxkit
        .run(
            "cache",
            "push",
            "--remote-name",
            other,
            "--sign",
            "ours.pem",
            "--form",
            "bundle",
            image)
        .succeeds();
    for (CosignProgram cosign : installed.stream().filter(each -> each.major() == 3).toList()) {
      assertThat(verify(cosign, "verify", other)).contains("https://sigstore.dev/cosign/sign/v1");
    }
  }

  @Test
  void doesNotSignTwiceWithOneKey() {
    linuxkit.run("sign", "--key", "ours.pem", image).succeeds();
    assertThat(linuxkit.run("sign", "--key", "ours.pem", image).succeeds().err())
        .contains("is already signed with this key");
    assertThat(fetched(image)).isEqualTo(2 * SUBJECTS);
  }

  @Test
  void losesNoSignatureOfTwoSignersAtOnce() throws Exception {
    key("theirs");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Linuxkit.Result>> both =
          List.of("ours.pem", "theirs.pem").stream()
              .map(key -> threads.submit(() -> linuxkit.run("sign", "--key", key, image)))
              .toList();
      for (Future<Linuxkit.Result> one : both) {
        one.get().succeeds();
      }
    }
    assertThat(fetched(image)).isEqualTo(2 * 2 * SUBJECTS);
  }

  @Test
  void findsWhatCosignSigns() throws Exception {
    int before = 0;
    for (CosignProgram cosign : CosignProgram.installed()) {
      cosign.sign(work, cosign.newKey(work), image);
      int now = fetched(image);
      assertThat(now).as(cosign.toString()).isEqualTo(before + 1);
      before = now;
    }
    linuxkit.run("sign", "--key", "ours.pem", image).succeeds();
    assertThat(fetched(image)).isEqualTo(before + 2 * SUBJECTS);
  }

  @Test
  void attachesBillsOfMaterials() throws Exception {
    Files.writeString(work.resolve("app.spdx.json"), "{\"spdxVersion\":\"SPDX-2.3\"}");
    Files.writeString(work.resolve("app.cdx.json"), "{\"bomFormat\":\"CycloneDX\"}");
    linuxkit.run("attest", "--predicate", "app.cdx.json", "--type", "cyclonedx", image).succeeds();
    assertThat(linuxkit.run("cache", "referrers", image).succeeds().out())
        .contains("application/vnd.cyclonedx+json");
    linuxkit
        .run("attest", "--predicate", "app.spdx.json", "--type", "spdx", "--key", "ours.pem", image)
        .succeeds();
    assertThat(linuxkit.run("cache", "referrers", image).succeeds().out())
        .contains("application/vnd.dev.sigstore.bundle.v0.3+json");
    assertThat(fetched(image)).isEqualTo(2 * SUBJECTS);
    for (CosignProgram cosign : CosignProgram.installed()) {
      String out = verify(cosign, "verify-attestation", "--type", "spdxjson", image);
      assertThat(out).contains("claims were validated");
      if (cosign.major() != 3) {
        // cosign 3 takes any signed statement for a signature.
        assertThatThrownBy(() -> verify(cosign, "verify", image)).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void takesSignaturesAlong() throws Exception {
    linuxkit.run("sign", "--key", "ours.pem", image).succeeds();
    assertThat(fetched(image)).isEqualTo(2 * SUBJECTS);
    linuxkit.run("cache", "prune").succeeds();
    String other = registry.authority() + "/mirror/app:1";
    assertThat(linuxkit.run("cache", "push", "--remote-name", other, image).succeeds().err())
        .contains("Pushed the signatures of " + other);
    assertThat(fetched(other)).isEqualTo(2 * SUBJECTS);
    for (CosignProgram cosign : CosignProgram.installed()) {
      assertThat(verify(cosign, "verify", other)).contains("claims were validated");
    }
    linuxkit
        .run("cache", "export", "--platform=all", "--signatures", "--outfile=all.tar", image)
        .succeeds();
    linuxkit.run("cache", "export", "--platform=all", "--outfile=without.tar", image).succeeds();
    assertThat(Files.readString(work.resolve("all.tar"), ISO_8859_1))
        .contains(registry.authority() + "/team/app:sha256-")
        .contains("simplesigning");
    assertThat(Files.readString(work.resolve("without.tar"), ISO_8859_1))
        .doesNotContain("simplesigning");
    assertThat(
            linuxkit
                .run("cache", "export", "--format=docker", "--signatures", "--outfile=d.tar", image)
                .fails()
                .err())
        .contains("an archive in docker format cannot hold signatures");
  }

  @Test
  void reportsWhatCannotBeSigned() {
    assertThat(linuxkit.run("sign", image).fails().err()).contains("--key is missing");
    assertThat(linuxkit.run("sign", "--key", "ours.pub", image).fails().err()).contains("ours.pub");
    assertThat(
            linuxkit
                .run("sign", "--key", "ours.pem", registry.authority() + "/team/none:1")
                .fails()
                .err())
        .contains("the registry does not have this image")
        .contains("hint: push it first");
    assertThat(linuxkit.run("cache", "push", "--form", "classic", image).fails().err())
        .contains("--sign is missing");
    assertThat(
            linuxkit
                .run("attest", "--predicate", "ours.pub", "--type", "slsaprovenance1", image)
                .fails()
                .err())
        .contains("linuxkit: ");
  }
}
