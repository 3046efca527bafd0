package linuxkit.base.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import linuxkit.base.DamagedFileException;
import linuxkit.base.own.OwnFolderFailure;
import linuxkit.base.own.UserKey;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The threats F11, T10 and F5 against derived files. */
class ForgedCacheThreatTest {
  @TempDir private Path temporary;

  private Path home(String name) throws IOException {
    return Files.createDirectories(temporary.resolve(name));
  }

  private WorkCache cache(Path home) {
    return new WorkCache(temporary.resolve("derived"), UserKey.of(home.toString()));
  }

  private static void good(OutputStream out) throws IOException {
    out.write("good".getBytes(UTF_8));
  }

  private static byte[] get(WorkCache cache) throws IOException {
    return cache.bytes("initrd", "ab", ForgedCacheThreatTest::good);
  }

  @Test
  void f11FileThatAnotherUserWroteIsMadeAgain() throws IOException {
    // Whoever else runs this program can write any payload with a right trailer of his own.
    cache(home("mallory")).put("initrd", "ab", out -> out.write("evil".getBytes(UTF_8)));
    assertThat(cache(home("alice")).find("initrd", "ab")).isEmpty();
    assertThat(get(cache(home("alice")))).asString(UTF_8).isEqualTo("good");
    assertThat(cache(home("alice")).findBytes("initrd", "ab")).isPresent();
  }

  @Test
  void f11FileOfOneNameIsNotTakenForAnother() throws IOException {
    WorkCache cache = cache(home("alice"));
    cache.put("initrd", "cd", out -> out.write("evil".getBytes(UTF_8)));
    Files.move(temporary.resolve("derived/initrd/cd"), temporary.resolve("derived/initrd/ab"));
    assertThat(cache(home("alice")).find("initrd", "ab")).isEmpty();
  }

  @Test
  void f11FileThatIsExchangedAfterItWasHashedIsNotCopied() throws IOException {
    Path store = home("store");
    Path derived = store.resolve("derived-0");
    WorkCache cache = new WorkCache(derived, UserKey.of(home("alice").toString()));
    // The group of a shared store can rename every entry of it.
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxrwxrwx"));
    CachedFile found = cache.get("initrd", "ab", ForgedCacheThreatTest::good);
    Files.move(derived, store.resolve("moved"));
    Files.createDirectories(derived.resolve("initrd"));
    Files.writeString(derived.resolve("initrd/ab"), "evil and what follows it");
    assertThatThrownBy(() -> found.copyTo(OutputStream.nullOutputStream()))
        .isInstanceOf(DamagedFileException.class);
  }

  @Test
  void f11KeyIsTheUsersAloneAndStays() throws IOException {
    byte[] key = UserKey.of(home("alice").toString()).bytes();
    Path file = home("alice").resolve(".linuxkit/keys/derived");
    assertThat(key).hasSize(32).isEqualTo(Files.readAllBytes(file));
    assertThat(UserKey.of(home("alice").toString()).bytes()).isEqualTo(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void f11KeyThatOthersMayReadIsReplaced() throws IOException {
    byte[] key = UserKey.of(home("alice").toString()).bytes();
    Path file = home("alice").resolve(".linuxkit/keys/derived");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(UserKey.of(home("alice").toString()).bytes()).isNotEqualTo(key);
  }

  @Test
  void f11KeyInAFolderThatOthersMayWriteToIsRefused() throws IOException {
    UserKey.of(home("alice").toString()).bytes();
    Files.setPosixFilePermissions(
        home("alice").resolve(".linuxkit/keys"), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> UserKey.of(home("alice").toString()).bytes())
        .isInstanceOf(OwnFolderFailure.class);
  }

  @Test
  void f11WithoutAHomeOnlyTheProcessTrustsItsFiles() throws IOException {
    byte[] key = UserKey.ofProcess().bytes();
    assertThat(UserKey.of("").bytes()).isEqualTo(key);
    assertThat(UserKey.of(temporary.resolve("missing").toString()).bytes()).isEqualTo(key);
    assertThat(temporary.resolve("missing")).doesNotExist();
  }

  @Test
  void t10DerivedFilesAreForTheUserAlone() throws IOException {
    get(cache(home("alice")));
    Path file = temporary.resolve("derived/initrd/ab");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(temporary.resolve("derived"))))
        .isEqualTo("rwx------");
  }

  @Test
  void t10FolderOfAnEarlierVersionIsClosedToOthers() throws IOException {
    Path derived = Files.createDirectory(temporary.resolve("derived"));
    Files.setPosixFilePermissions(derived, PosixFilePermissions.fromString("rwxrwxr-x"));
    get(cache(home("alice")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(derived)))
        .isEqualTo("rwx------");
  }

  @Test
  void f5PipeInThePlaceOfAFileIsReplaced() throws Exception {
    get(cache(home("alice")));
    Path file = temporary.resolve("derived/initrd/ab");
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThat(get(cache(home("alice")))).asString(UTF_8).isEqualTo("good"));
    assertThat(file).isRegularFile();
  }

  @Test
  void t2FolderThatIsALinkIsRefused() throws IOException {
    Files.createDirectories(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(temporary.resolve("derived"), temporary.resolve("elsewhere"));
    assertThatThrownBy(() -> get(cache(home("alice")))).isInstanceOf(OwnFolderFailure.class);
    assertThat(temporary.resolve("elsewhere")).isEmptyDirectory();
  }
}
