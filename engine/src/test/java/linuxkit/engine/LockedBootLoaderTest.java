package linuxkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.engine.lock.update.LockChange;
import linuxkit.engine.lock.update.LockRequest;
import linuxkit.engine.lock.update.Locker;
import linuxkit.engine.lock.update.Selection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locks the boot loaders of linuxkit, which manifests do not name. */
class LockedBootLoaderTest extends SystemBuildFixture {
  private static final String FORMAT = "kernel+squashfs";

  private Path definition;

  @BeforeEach
  void aFirstStage() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("linuxkit/pkg/first-stage"));
    definition = folder.resolve("build.yml");
    define("one");
  }

  private void define(String content) throws IOException {
    Files.writeString(
        definition, "image: first-stage\nfiles: [{path: /init, contents: " + content + "}]\n");
  }

  private Locker locker() {
    return new Locker(settings, InputStream.nullInputStream(), Progress.silent());
  }

  private LockRequest of(String... formats) {
    List<Format> named = List.of(formats).stream().map(Formats::named).toList();
    return new LockRequest(
        List.of(manifest.toString()), Optional.empty(), Permissions.DEFAULT, named);
  }

  private static List<String> lines(List<LockChange> changes) {
    return changes.stream().map(LockChange::line).toList();
  }

  private List<String> lock(String... formats) {
    return lines(locker().update(of(formats), Selection.NONE));
  }

  private void assertRefused(String... messages) {
    assertThatThrownBy(() -> build(request(FORMAT)))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.getMessage() + "\n" + failure.hint()).contains(messages));
  }

  @Test
  void areLockedForTheFormatsThatAreNamed() throws IOException {
    assertThat(lock()).noneMatch(line -> line.contains("boot."));
    assertRefused(
        "system.lock: the lock file does not have the boot loader first-stage",
        "linuxkit lock --format FORMAT " + manifest);
    assertThat(lock(FORMAT)).singleElement().asString().startsWith("+ boot.first-stage tree:");
    byte[] locked = Files.readAllBytes(directory.resolve("system.lock"));
    assertThat(new String(locked, UTF_8)).contains("\"boot\": {\n    \"first-stage\": {");
    assertThat(lock()).as("kept without --format").isEmpty();
    assertThat(Files.readAllBytes(directory.resolve("system.lock"))).isEqualTo(locked);
    assertThat(locker().check(of())).isEmpty();
    // This system has no kernel, which is found out once the boot loader is there.
    assertRefused("kernel");
  }

  @Test
  void areRefusedIfTheyAreOthersThanWereLocked() throws IOException {
    lock(FORMAT);
    define("two");
    assertRefused("the boot loader first-stage of this version of linuxkit is not the one");
    assertThat(lines(locker().check(of())))
        .singleElement()
        .asString()
        .startsWith("~ boot.first-stage tree:");
    assertThat(lock()).singleElement().asString().startsWith("~ boot.first-stage tree:");
    assertRefused("kernel");
  }

  @Test
  void giveWayToImagesOfTheManifest() throws IOException {
    lock(FORMAT);
    Files.writeString(manifest, Files.readString(manifest) + "boot: {first-stage: \"web:1\"}\n");
    assertThat(lock(FORMAT)).singleElement().asString().startsWith("- boot.first-stage tree:");
    assertRefused("kernel");
  }
}
