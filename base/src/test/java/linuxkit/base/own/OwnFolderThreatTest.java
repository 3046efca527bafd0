package linuxkit.base.own;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The threats T1, T2 and F5 against a folder that this program calls its own. */
final class OwnFolderThreatTest {
  private static final String HINT = "choose another folder";
  private static final int NOBODY = 65534;

  @TempDir Path temporary;

  private Path mode(Path path, String mode) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static void give(Path path, int user) throws IOException {
    assumeTrue(CurrentUser.id() == 0, "only root can give a file away");
    Files.setAttribute(path, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void aNewFolderAndItsFilesAreForTheUserAlone() throws IOException {
    OwnFolder folder = OwnFolder.make(temporary.resolve("a/b"), HINT);
    folder.write("file", new byte[] {1});
    folder.open("lock", StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    assertEquals(0700, UnixAttributes.of(folder.path()).mode() & 07777);
    assertEquals(0600, UnixAttributes.of(folder.file("file")).mode() & 07777);
    assertEquals(0600, UnixAttributes.of(folder.file("lock")).mode() & 07777);
    assertArrayEquals(new byte[] {1}, folder.read("file", 1).orElseThrow());
  }

  @Test
  void t1FolderThatIsALinkIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("state"), temporary);
    OwnFolderFailure failure =
        assertThrows(OwnFolderFailure.class, () -> OwnFolder.make(link, HINT));
    assertTrue(failure.hint().contains(HINT), failure.hint());
  }

  @Test
  void t1RefusesAFolderThatOthersCanReplace() throws IOException {
    Path project = Files.createDirectory(temporary.resolve("project"));
    Path state = OwnFolder.make(project.resolve("x/state"), HINT).path();
    OwnFolder.checkParents(state, HINT);
    mode(project, "rwxrwxrwx");
    OwnFolderFailure failure =
        assertThrows(OwnFolderFailure.class, () -> OwnFolder.checkParents(state, HINT));
    assertTrue(failure.hint().contains(HINT), failure.hint());
    // In a sticky folder, others cannot rename what is not theirs.
    Files.setAttribute(project, "unix:mode", 01777);
    OwnFolder.checkParents(state, HINT);
    mode(project, "rwxr-xr-x");
    give(project, 4711);
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.checkParents(state, HINT));
  }

  @Test
  void rootTrustsWhoCalledSudoAndOthersDoNot() {
    assertTrue(CurrentUser.trusts(1000, 0, "1000"));
    assertFalse(CurrentUser.trusts(1001, 0, "1000"));
    assertFalse(CurrentUser.trusts(1001, 1000, "1001"));
    assertFalse(CurrentUser.trusts(1000, 0, null));
    assertTrue(CurrentUser.trusts(0, 1000, null));
  }

  @Test
  void t1FolderOfAnotherUserIsRefused() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("state"));
    give(folder, NOBODY);
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.make(folder, HINT));
  }

  @Test
  void t1FolderThatOthersMayWriteToIsRefused() throws IOException {
    Path folder = mode(Files.createDirectory(temporary.resolve("state")), "rwxrwxr-x");
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.make(folder, HINT));
    mode(folder, "rwxr-xrwx");
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.find(folder, HINT));
    mode(folder, "rwxr-xr-x");
    assertEquals(folder, OwnFolder.make(folder, HINT).path());
  }

  @Test
  void t1ParentThatIsALinkOfAnotherUserIsRefused() throws IOException {
    Files.createDirectories(temporary.resolve("real/state"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("real"));
    Path outer = Files.createSymbolicLink(temporary.resolve("outer"), Path.of("link"));
    assertTrue(OwnFolder.find(outer.resolve("state"), HINT).isPresent());
    give(link, NOBODY);
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.find(outer.resolve("state"), HINT));
  }

  @Test
  void modeOfALinkIsNotThatOfItsTarget() throws IOException {
    Path secret = mode(Files.createDirectory(temporary.resolve("secret")), "rwx------");
    Path link = Files.createSymbolicLink(temporary.resolve("blobs"), secret);
    assertThrows(IOException.class, () -> EntryPermissions.set(link, "rwxrwxr-x"));
    assertEquals(0700, UnixAttributes.of(secret).mode() & 07777);
  }

  @Test
  void foldersOfASharedFolderKeepItsGroup() throws IOException {
    Path store = Files.createDirectory(temporary.resolve("store"));
    Files.writeString(store.resolve(SharedFolder.MARK), SharedFolder.TEXT);
    assumeTrue(CurrentUser.id() == 0, "only root is a member of every group");
    Files.setAttribute(store, "unix:gid", 4711);
    mode(store, "rwxrwxr-x");
    SharedFolder inner = SharedFolder.make(store, HINT).folder("blobs").folder("sha256");
    inner.open("blob", StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    UnixAttributes folder = UnixAttributes.of(inner.path());
    assertEquals(0775, folder.mode() & 0777);
    assertEquals(4711, folder.group());
    UnixAttributes blob = UnixAttributes.of(inner.path().resolve("blob"));
    assertEquals(0664, blob.mode() & 0777);
    assertEquals(4711, blob.group());
  }

  @Test
  void outputLeadsToAPlaceWithoutLinks() throws IOException {
    Path target = temporary.toRealPath().resolve("target");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), target);
    Path outer = Files.createSymbolicLink(temporary.resolve("outer"), link);
    assertEquals(Optional.of(target), PathLinks.output(outer));
    Files.createFile(target);
    assertEquals(Optional.of(target), PathLinks.output(outer));
    assertEquals(Optional.empty(), PathLinks.output(Path.of("/dev/stdout")));
    Path device = Files.createSymbolicLink(temporary.resolve("device"), Path.of("/dev/null"));
    assertEquals(Optional.empty(), PathLinks.output(device));
  }

  @Test
  void t4FileThatOthersCanReplaceIsRefused() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("images"));
    Path image = Files.createFile(folder.resolve("web.img"));
    OwnFolder.checkFile(image, HINT);
    mode(image, "rw-rw-rw-");
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.checkFile(image, HINT));
    mode(image, "rw-r--r--");
    mode(folder, "rwxrwxrwx");
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.checkFile(image, HINT));
    mode(folder, "rwxr-xr-x");
    give(image, NOBODY);
    assertThrows(OwnFolderFailure.class, () -> OwnFolder.checkFile(image, HINT));
  }

  @Test
  void t1EntryThatIsALinkIsNeitherReadNorWrittenThrough() throws IOException {
    Path victim = Files.writeString(temporary.resolve("victim"), "precious");
    OwnFolder folder = OwnFolder.make(temporary.resolve("state"), HINT);
    Files.createSymbolicLink(folder.file("pid"), victim);
    Files.createSymbolicLink(folder.file("dangling"), temporary.resolve("created"));
    assertThrows(IOException.class, () -> folder.read("pid", 100));
    assertThrows(
        IOException.class,
        () -> folder.open("pid", StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    assertThrows(
        IOException.class,
        () -> folder.open("dangling", StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    folder.write("pid", new byte[1]);
    folder.delete("dangling");
    assertEquals("precious", Files.readString(victim));
    assertFalse(Files.exists(temporary.resolve("created")));
  }

  @Test
  void t1EntryThatIsAHardLinkIsNotWrittenTo() throws IOException {
    Path victim = Files.writeString(temporary.resolve("victim"), "precious");
    OwnFolder folder = OwnFolder.make(temporary.resolve("state"), HINT);
    Files.createLink(folder.file("pid"), victim);
    assertThrows(IOException.class, () -> folder.open("pid", StandardOpenOption.WRITE));
  }

  @Test
  void t1EntryOfAnotherUserIsNotRead() throws IOException {
    OwnFolder folder = OwnFolder.make(temporary.resolve("state"), HINT);
    folder.write("pid", new byte[1]);
    give(folder.file("pid"), NOBODY);
    assertThrows(IOException.class, () -> folder.read("pid", 100));
  }

  @Test
  void f5PipeDoesNotBlock() throws Exception {
    OwnFolder folder = OwnFolder.make(temporary.resolve("state"), HINT);
    Path pipe = folder.file("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThrows(IOException.class, () -> folder.read("pipe", 100)));
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThrows(
                IOException.class,
                () -> {
                  try (FileChannel _ = folder.open("pipe", StandardOpenOption.WRITE)) {
                    throw new AssertionError("opened a pipe");
                  }
                }));
  }

  @Test
  void f5FileWithoutEndIsRefused() throws IOException {
    OwnFolder folder = OwnFolder.make(temporary.resolve("state"), HINT);
    folder.write("large", new byte[101]);
    assertThrows(IOException.class, () -> folder.read("large", 100));
  }

  @Test
  void namesDoNotLeadOutOfTheFolder() {
    OwnFolder folder = OwnFolder.make(temporary.resolve("state"), HINT);
    for (String name : new String[] {"", ".", "..", "a/b", "/etc"}) {
      assertThrows(IllegalArgumentException.class, () -> folder.file(name));
    }
  }
}
