package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttestationsTest {
  private static final Reference NAME = Reference.parse("docker.io/library/test:1");
  private static final String SPDX = "https://spdx.dev/Document";
  private static final String PROVENANCE = "https://slsa.dev/provenance/v0.2";
  private static final String STATEMENT = "application/vnd.in-toto+json";

  @TempDir Path directory;
  private ImageStore store;
  private Descriptor amd64;
  private Descriptor arm64;

  @BeforeEach
  void open() {
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
    amd64 = image("amd64");
    arm64 = image("arm64");
  }

  private Descriptor image(String architecture) {
    byte[] tar = new TestTar().file("etc/motd", architecture).bytes();
    return TestImages.forPlatform(TestImages.image(store, architecture, tar), architecture);
  }

  private Descriptor statement(String predicateType, String text) {
    return annotated(
        store.add(STATEMENT, text.getBytes(UTF_8)),
        Map.of("in-toto.io/predicate-type", predicateType));
  }

  private static Descriptor annotated(Descriptor blob, Map<String, String> annotations) {
    return new Descriptor(
        blob.mediaType(), blob.digest(), blob.size(), blob.platform(), new TreeMap<>(annotations));
  }

  private Descriptor attestation(Descriptor image, Descriptor... statements) {
    Descriptor config = store.add("application/vnd.oci.image.config.v1+json", "{}".getBytes(UTF_8));
    Descriptor manifest = TestImages.manifest(store, config, List.of(statements));
    return annotated(
        new Descriptor(
            manifest.mediaType(),
            manifest.digest(),
            manifest.size(),
            Optional.of(new Platform("unknown", "unknown", "")),
            new TreeMap<>()),
        Map.of(
            "vnd.docker.reference.type",
            "attestation-manifest",
            "vnd.docker.reference.digest",
            image.digest().toString()));
  }

  private List<String> attested(Descriptor root) throws IOException {
    Image image = store.image(NAME, root, Platform.linux("amd64"));
    List<String> texts = new ArrayList<>();
    for (Content statement : image.attestations(SPDX)) {
      try (var in = statement.open()) {
        texts.add(new String(in.readAllBytes(), UTF_8));
      }
    }
    return texts;
  }

  @Test
  void returnsTheImagesStatementsOfTheType() throws IOException {
    Descriptor index =
        TestImages.index(
            store,
            amd64,
            arm64,
            attestation(amd64, statement(PROVENANCE, "who"), statement(SPDX, "what")),
            attestation(arm64, statement(SPDX, "of the other image")));
    assertThat(attested(index)).containsExactly("what");
  }

  @Test
  void countsARepeatedAttestationOnce() throws IOException {
    Descriptor attestation = attestation(amd64, statement(SPDX, "a"), statement(SPDX, "a"));
    Descriptor other = attestation(amd64, statement(SPDX, "b"), statement(SPDX, "a"));
    assertThat(attested(TestImages.index(store, amd64, attestation, attestation, other)))
        .containsExactly("a", "b");
  }

  @Test
  void returnsNothingForAnImageWithoutAttestations() throws IOException {
    assertThat(attested(amd64)).isEmpty();
    assertThat(attested(TestImages.index(store, amd64))).isEmpty();
  }

  @Test
  void findsAttestationsOfAnImageWithoutAPlatform() throws IOException {
    Descriptor plain = TestImages.image(store, "amd64", new TestTar().file("a", "b").bytes());
    Descriptor index = TestImages.index(store, plain, attestation(plain, statement(SPDX, "x")));
    assertThat(attested(index)).containsExactly("x");
  }

  @Test
  void reportsAMissingStatementOnlyOnRequest() throws IOException {
    Descriptor statement = statement(SPDX, "gone");
    Descriptor index = TestImages.index(store, amd64, attestation(amd64, statement));
    Files.delete(store.file(statement.digest()));
    Image image = store.image(NAME, index, Platform.linux("amd64"));
    assertThat(image.tree().find("etc/motd")).isPresent();
    assertThatThrownBy(() -> image.attestations(SPDX))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("is missing");
  }

  @Test
  void refusesAnOverlongStatement() {
    Descriptor small = statement(SPDX, "small");
    Descriptor huge =
        new Descriptor(STATEMENT, small.digest(), 1L << 30, Optional.empty(), small.annotations());
    Descriptor index = TestImages.index(store, amd64, attestation(amd64, huge));
    assertThatThrownBy(() -> attested(index))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining(
            "a statement is 1073741824 bytes long, more than the allowed 16777216");
  }

  @Test
  void refusesTooManyStatements() {
    Descriptor[] many = new Descriptor[33];
    for (int i = 0; i < many.length; i++) {
      many[i] = statement(SPDX, "statement " + i);
    }
    Descriptor index = TestImages.index(store, amd64, attestation(amd64, many));
    assertThatThrownBy(() -> attested(index)).hasMessageContaining("more than 32 statements");
  }
}
