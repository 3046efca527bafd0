package linuxkit.engine.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.debian.DebianPackage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockFileTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private static LockedImage image(String name) {
    Digest digest = Digest.sha256(name.getBytes(UTF_8));
    return new LockedImage(
        Reference.parse(name),
        Descriptor.of(MediaTypes.OCI_INDEX, digest, 1234),
        new TreeMap<>(
            Map.of(
                "linux/arm64", new LockedImage.PlatformImage(digest, digest),
                "linux/amd64", new LockedImage.PlatformImage(digest, digest))));
  }

  private static LockedComponent component() {
    DebianPackage.Pin pin =
        new DebianPackage.Pin(
            "runc", "1.1-2", "amd64", "trixie", "Debian", "pool/main/r/runc.deb", 99, HEX);
    return new LockedComponent(
        HEX,
        new TreeMap<>(
            Map.of(
                "linux/amd64",
                new DebianSource.Resolution(List.of(pin), new TreeMap<>(Map.of("trixie", HEX))))));
  }

  private static LockFile sample() {
    return new LockFile(
        List.of(new LockFile.ReadManifest("web.yml", HEX)),
        new TreeMap<>(
            Map.of("redis:7", image("redis:7"), "localhost:5000/x", image("localhost:5000/x"))),
        new TreeMap<>(Map.of("../pkg/runc", component())),
        new TreeMap<>(Map.of("uefi", component())));
  }

  private static String text() {
    return new String(sample().bytes(), UTF_8);
  }

  private static LockFile parse(String text) {
    return LockFile.parse(text.getBytes(UTF_8), "web.lock");
  }

  private static void assertRefused(String text, String... messages) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            LockFailure.class,
            failure -> assertThat(failure.getMessage() + "\n" + failure.hint()).contains(messages));
  }

  @Test
  void readsWhatItWrites() {
    assertThat(parse(text())).isEqualTo(sample());
    assertThat(parse(text()).bytes()).isEqualTo(sample().bytes());
  }

  @Test
  void writesSortedKeysAndLineFeeds() {
    assertThat(text())
        .endsWith("}\n")
        .doesNotContain("\r")
        .containsSubsequence(
            "\"boot\"",
            "\"uefi\"",
            "\"images\"",
            "\"localhost:5000/x\"",
            "\"digest\"",
            "\"mediaType\"",
            "\"platforms\"",
            "\"linux/amd64\"",
            "\"linux/arm64\"",
            "\"reference\"",
            "\"size\"",
            "\"redis:7\"",
            "\"lockVersion\": 2",
            "\"manifests\"",
            "\"packages\"");
  }

  @Test
  void expandsReferencesWithPortsAndShortNames() {
    assertThat(text())
        .contains("\"reference\": \"localhost:5000/x\"")
        .contains("\"reference\": \"docker.io/library/redis:7\"");
    assertRefused(
        text().replace("\"localhost:5000/x\",", "\"docker.io/localhost/5000/x\","),
        "the reference localhost:5000/x means localhost:5000/x");
  }

  @Test
  void acceptsCarriageReturns() {
    assertThat(parse(text().replace("\n", "\r\n"))).isEqualTo(sample());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<<<<<<< HEAD", "=======", ">>>>>>> other", "||||||| merged"})
  void namesTheLineOfAMergeConflict(String marker) {
    List<String> lines = new java.util.ArrayList<>(text().lines().toList());
    lines.add(4, marker);
    for (String end : List.of("\n", "\r\n")) {
      assertRefused(
          String.join(end, lines), "web.lock:5:1", "a conflict that is not resolved", "lock");
    }
  }

  @Test
  void readsTheFirstVersionWhichHadNoBootLoaders() {
    LockFile now = sample();
    LockFile old = new LockFile(now.manifests(), now.images(), now.components());
    String text =
        new String(old.bytes(), UTF_8)
            .replace("\"lockVersion\": 2", "\"lockVersion\": 1")
            .replace("  \"boot\": {},\n", "");
    assertThat(text).contains("\"lockVersion\": 1").doesNotContain("\"boot\"");
    assertThat(parse(text)).isEqualTo(old);
    assertRefused(
        text().replace("\"lockVersion\": 2", "\"lockVersion\": 1"),
        "web.lock:2:3: unknown key \"boot\"");
  }

  @Test
  void refusesAnUnknownVersion() {
    assertRefused(
        text().replace("\"lockVersion\": 2", "\"lockVersion\": 3, \"later\": {}"),
        "has version 3, and this program knows 1 and 2",
        "web.lock:");
  }

  @Test
  void namesThePlaceOfAnUnknownKey() {
    String text = text().replaceFirst("\"size\": 1234", "\"sizes\": 1234");
    int line =
        (int) text.substring(0, text.indexOf("\"sizes\"")).chars().filter(c -> c == '\n').count();
    assertRefused(
        text, "web.lock:" + (line + 1) + ":7: unknown key \"sizes\"", "did you mean size?");
  }

  @Test
  void namesThePlaceOfAKeyThatOccursTwice() {
    assertRefused(
        text().replaceFirst("\"size\": 1234", "\"size\": 1234,\n\"size\": 1"),
        "\"size\" occurs twice (line ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"size\": 1234 | \"size\": -1 | not a whole number",
        "\"size\": 1234 | \"size\": 5000000 | not a whole number",
        "\"size\": 1234 | \"size\": \"1234\" | not a whole number",
        "\"mediaType\": \"application/vnd.oci.image.index.v1+json\" | \"mediaType\": \"text/plain\" | not the type of an image",
        "\"digest\": \"sha256: | \"digest\": \"sha1: | is not a digest",
        "\"linux/amd64\": { | \"amd64\": { | \"amd64\" is not a platform",
        "\"lockVersion\": 2, | \"lockVersion\": 2.0, | not a whole number",
        "\"suite\": \"trixie\" | \"suite\": 1 | \"suite\" is not a string",
        "\"images\": { | \"images\": 1, \"x\": { | unknown key",
        "\"uefi\": { | \"efi\": { | \"efi\" is not a key of boot in manifests",
        "\"tree\": \"01 | \"tree\": \"XY | is not a SHA-256",
      })
  void refusesWrongValues(String from, String to, String message) {
    assertThat(text()).contains(from);
    String text = text();
    int at = text.indexOf(from);
    assertRefused(
        text.substring(0, at) + to + text.substring(at + from.length()), message, "web.lock:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{", "{} {}", "{\"lockVersion\": 1, }", "\u0000"})
  void refusesWhatIsNotALockFile(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(LockFailure.class);
  }

  @Test
  void refusesOneReferenceWithTwoDigests() {
    Map<String, LockedImage> images = new TreeMap<>();
    LockedImage one = image("redis:7");
    images.put("redis:7", one);
    images.put(
        "docker.io/library/redis:7",
        new LockedImage(one.reference(), image("other").root(), one.images()));
    LockFile file = new LockFile(List.of(), new TreeMap<>(images), new TreeMap<>());
    assertRefused(new String(file.bytes(), UTF_8), "redis:7 is locked to two digests");
  }

  @Test
  void refusesADigestThatIsNotTheReferences() {
    LockedImage image = image("redis:7");
    String written = "redis:7@" + image("other").root().digest();
    LockFile file =
        new LockFile(
            List.of(),
            new TreeMap<>(
                Map.of(
                    written,
                    new LockedImage(Reference.parse(written), image.root(), image.images()))),
            new TreeMap<>());
    assertRefused(new String(file.bytes(), UTF_8), "not the one in the reference");
  }

  @Test
  void readsTenThousandImages() {
    Map<String, LockedImage> images = new TreeMap<>();
    for (int i = 0; i < 10_000; i++) {
      images.put("app" + i + ":1", image("app" + i + ":1"));
    }
    LockFile file = new LockFile(List.of(), new TreeMap<>(images), new TreeMap<>());
    assertThat(LockFile.parse(file.bytes(), "web.lock").images()).hasSize(10_000);
  }

  @Test
  void readsOnlyFilesOfItsOwnFolder(@TempDir Path directory) throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "{\"password\": 1}");
    Path folder = Files.createDirectories(directory.resolve("project"));
    Path link = Files.createSymbolicLink(folder.resolve("web.lock"), secret);
    assertThatThrownBy(() -> LockFile.bytes(link))
        .isInstanceOf(LockFailure.class)
        .hasMessageContaining("link to a file elsewhere");
    Path here = Files.createDirectories(folder.resolve("directory.lock"));
    assertThatThrownBy(() -> LockFile.bytes(here)).isInstanceOf(Failure.class);
  }
}
