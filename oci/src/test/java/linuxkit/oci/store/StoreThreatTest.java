package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.own.OwnFolderFailure;
import linuxkit.base.own.SharedFolder;
import linuxkit.base.own.UnixAttributes;
import linuxkit.base.own.UserKey;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The threats T2, F5, F10 and F11 against a store that others prepared or share. */
class StoreThreatTest {
  private static final Reference NAME = Reference.parse("test:1");
  private static final Platform AMD64 = Platform.linux("amd64");

  @TempDir Path directory;

  private ImageStore open() {
    return ImageStore.open(directory.resolve("store"), Progress.silent());
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static void pipe(Path path) throws Exception {
    Files.deleteIfExists(path);
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  private static void soon(org.junit.jupiter.api.function.Executable work) {
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), work);
  }

  private Path victim() throws IOException {
    Path victim = Files.createDirectories(directory.resolve("victim"));
    Files.writeString(victim.resolve("thesis.txt"), "precious");
    Files.createDirectories(victim.resolve("sha256"));
    Files.writeString(victim.resolve("sha256/thesis.txt"), "precious");
    return victim;
  }

  @Test
  void t2CleaningDeletesNothingThatALinkLeadsTo() throws IOException {
    Path victim = victim();
    Path root = open().root();
    Files.createDirectories(root.resolve("derived"));
    Files.createSymbolicLink(root.resolve("derived/initrd"), victim);
    Files.createSymbolicLink(root.resolve("blobs/sha512"), victim);
    Files.createSymbolicLink(root.resolve("blobs/sha256/file"), victim.resolve("thesis.txt"));
    new Housekeeping(open()).clean(() -> {}, () -> 0);
    assertThat(victim.resolve("thesis.txt")).hasContent("precious");
    assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
  }

  @Test
  void t2CleaningDeletesNothingThroughALinkToAWholeFolder() throws IOException {
    Path victim = victim();
    ImageStore store = open();
    Files.delete(store.root().resolve("blobs/sha256"));
    Files.delete(store.root().resolve("blobs"));
    Files.createSymbolicLink(store.root().resolve("blobs"), victim);
    Files.createSymbolicLink(store.root().resolve("derived"), victim);
    // The store was opened before it was changed.
    new Housekeeping(store).clean(() -> {}, () -> 0);
    assertThat(victim.resolve("sha256/thesis.txt")).hasContent("precious");
    assertThatThrownBy(this::open).isInstanceOf(OwnFolderFailure.class);
  }

  @Test
  void t2LockThatIsALinkCreatesNothing() throws IOException {
    Path root = open().root();
    Path created = directory.resolve("created");
    for (String lock : new String[] {".lock", ".users"}) {
      Files.deleteIfExists(root.resolve(lock));
      Files.createSymbolicLink(root.resolve(lock), created);
    }
    ImageStore store = open();
    store.use().close();
    assertThatThrownBy(() -> store.name(NAME, TestImages.image(store, "amd64")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("symbolic link");
    assertThat(created).doesNotExist();
  }

  @Test
  void f5PipesInAStoreDoNotBlock() throws Exception {
    ImageStore store = open();
    Descriptor empty = store.add("text/plain", new byte[0]);
    pipe(store.file(empty.digest()));
    soon(
        () ->
            assertThatThrownBy(() -> store.read(empty))
                .isInstanceOf(BlobFailure.class)
                .hasMessageContaining("is damaged"));
    store.add("text/plain", new byte[0]);
    assertThat(store.read(empty)).isEmpty();

    pipe(store.root().resolve(".users"));
    soon(() -> store.use().close());
    pipe(store.root().resolve("index.json"));
    soon(() -> assertThatThrownBy(() -> open().list()).isInstanceOf(Failure.class));
    pipe(store.root().resolve(".lock"));
    soon(() -> assertThatThrownBy(() -> open().list()).isInstanceOf(Failure.class));
  }

  @Test
  void f5ListOfImagesWithoutEndIsRefused() throws IOException {
    Path index = open().root().resolve("index.json");
    Files.write(index, new byte[ImageStore.MAX_DOCUMENT + 1]);
    assertThatThrownBy(() -> open().list()).hasMessageContaining("larger than");
    Files.delete(index);
    Files.createSymbolicLink(index, Path.of("/dev/zero"));
    assertThatThrownBy(() -> open().list()).hasMessageContaining("symbolic link");
  }

  @Test
  void f11StoreThatOthersMayWriteToIsRefusedUnlessItIsShared() throws IOException {
    Path root = open().root();
    mode(root, "rwxrwxrwx");
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            OwnFolderFailure.class,
            failure -> assertThat(failure.hint()).contains("chmod go-w", "--cache", ".shared"));
    Files.writeString(root.resolve(SharedFolder.MARK), SharedFolder.TEXT);
    assertThatThrownBy(this::open).isInstanceOf(OwnFolderFailure.class);
    mode(root, "rwxrwxr-x");
    open();
    // A mark that the group may write is not the owner's decision.
    Files.setAttribute(root, "unix:gid", 65534);
    mode(root.resolve(SharedFolder.MARK), "rw-rw-r--");
    assertThatThrownBy(this::open).isInstanceOf(OwnFolderFailure.class);
  }

  @Test
  void f11RenamedFileOfTheOwnerIsNoMark() throws IOException {
    Path root = open().root();
    mode(root, "rwxrwxr-x");
    Files.setAttribute(root, "unix:gid", 65534);
    Files.copy(root.resolve("oci-layout"), root.resolve(SharedFolder.MARK));
    assertThatThrownBy(this::open).isInstanceOf(OwnFolderFailure.class);
    Files.writeString(root.resolve(SharedFolder.MARK), SharedFolder.TEXT + "\n");
    open();
  }

  @Test
  void f10SharedStoreIsWritableByItsGroupAndWhatIsDerivedIsNot() throws IOException {
    Path root = Files.createDirectory(directory.resolve("store"));
    Files.writeString(root.resolve(SharedFolder.MARK), SharedFolder.TEXT);
    mode(root, "rwxrwxr-x");
    ImageStore store = open();
    store.name(NAME, TestImages.image(store, "amd64", new TestTar().file("f", "f").bytes()));
    new StoreImages(store).find(NAME, AMD64).tree();
    new Housekeeping(store).clean(() -> {}, () -> 0);
    new StoreImages(open()).find(NAME, AMD64).tree();
    for (String made : new String[] {".lock", ".users", "blobs", "blobs/sha256"}) {
      assertThat(UnixAttributes.of(root.resolve(made)).mayGroupWrite()).as(made).isTrue();
    }
    Path derived = root.resolve("derived-" + UnixAttributes.of(root).user());
    assertThat(UnixAttributes.of(derived).mode() & 0777).isEqualTo(0700);
    assertThat(root.resolve("derived")).doesNotExist();
  }

  @Test
  void f11WhatAnotherUserDerivedIsNotBelieved() throws IOException {
    Path root = directory.resolve("store");
    byte[] layer = new TestTar().file("f", "good").bytes();
    ImageStore mallory = open(root, "mallory");
    mallory.name(NAME, TestImages.image(mallory, "amd64", layer));
    new StoreImages(mallory).find(NAME, AMD64).tree();
    // Mallory's index of another layer, under the name of this one.
    byte[] evil = new TestTar().file("f", "evil").bytes();
    Reference other = Reference.parse("other:1");
    mallory.name(other, TestImages.image(mallory, "amd64", evil));
    new StoreImages(mallory).find(other, AMD64).tree();
    byte[] index =
        mallory.work().findBytes("layer-index-5", Digest.sha256(evil).hex()).orElseThrow();
    mallory.work().put("layer-index-5", Digest.sha256(layer).hex(), out -> out.write(index));

    ImageStore alice = open(root, "alice");
    assertThat(TestImages.text(new StoreImages(alice).find(NAME, AMD64).tree(), "f"))
        .isEqualTo("good");
  }

  private ImageStore open(Path root, String user) throws IOException {
    Path home = Files.createDirectories(directory.resolve(user));
    return ImageStore.open(root, UserKey.of(home.toString()), Progress.silent());
  }

  @Test
  void t2BlobThatIsALinkIsNotRead() throws IOException {
    ImageStore store = open();
    byte[] content = "content".getBytes(UTF_8);
    Descriptor blob = store.add("text/plain", content);
    Path elsewhere = directory.resolve("elsewhere");
    Files.move(store.file(blob.digest()), elsewhere);
    Files.createSymbolicLink(store.file(blob.digest()), elsewhere);
    assertThat(store.has(blob)).isFalse();
    assertThatThrownBy(() -> store.read(blob)).isInstanceOf(BlobFailure.class);
  }
}
