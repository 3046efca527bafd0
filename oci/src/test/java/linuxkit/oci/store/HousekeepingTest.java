package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {
  private static final Reference FIRST = Reference.parse("first:1");
  private static final Reference SECOND = Reference.parse("second:1");
  private static final byte[] SHARED = new TestTar().file("shared", "s").bytes();
  private static final byte[] OWN = TestImages.gzip(new TestTar().file("own", "o").bytes());

  @TempDir Path directory;
  private ImageStore store;
  private Housekeeping housekeeping;
  private Descriptor second;

  @BeforeEach
  void twoImagesThatShareALayer() {
    store = ImageStore.open(directory, Progress.silent());
    housekeeping = new Housekeeping(store);
    Descriptor first =
        TestImages.image(
            store,
            "amd64",
            List.of(TestImages.layer(store, SHARED), store.add(MediaTypes.OCI_LAYER_GZIP, OWN)),
            List.of(Digest.sha256(SHARED), Digest.sha256(new TestTar().file("own", "o").bytes())));
    second = TestImages.image(store, "amd64", SHARED);
    store.name(FIRST, TestImages.index(store, TestImages.forPlatform(first, "amd64")));
    store.name(SECOND, second);
    tree(FIRST);
  }

  private void tree(Reference reference) {
    new StoreImages(store).find(reference, Platform.linux("amd64")).tree();
  }

  private List<String> files(String folder) throws IOException {
    try (var files = Files.walk(store.root().resolve(folder))) {
      return files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void keepsBlobsOfOtherImagesWhenOneIsRemoved() throws IOException {
    assertThat(housekeeping.remove(FIRST)).isEqualTo(Housekeeping.Removal.ALL);
    assertThat(housekeeping.remove(FIRST)).isEqualTo(Housekeeping.Removal.NONE);
    assertThat(store.list()).extracting(NamedDescriptor::name).containsExactly(SECOND.toString());
    assertThat(files("blobs")).hasSize(3).contains(Digest.sha256(SHARED).hex());
    assertThat(files("derived")).containsExactly(Digest.sha256(SHARED).hex());
    tree(SECOND);
  }

  @Test
  void skipsFilesThatOthersDelete() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread other = Thread.ofPlatform().start(() -> comeAndGo(done));
    try {
      for (int i = 0; i < 1000; i++) {
        assertThat(Housekeeping.files(store.root().resolve("derived")))
            .hasSizeGreaterThanOrEqualTo(3);
      }
    } finally {
      done.set(true);
      other.join();
    }
  }

  private void comeAndGo(AtomicBoolean done) {
    Path folder = store.root().resolve("derived/layer-map-1");
    try {
      while (!done.get()) {
        for (int i = 0; i < 50; i++) {
          Files.createFile(folder.resolve("f" + i));
        }
        for (int i = 0; i < 50; i++) {
          Files.delete(folder.resolve("f" + i));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void deletesUnreferencedAndDerivedFiles() throws IOException {
    int blobs = files("blobs").size();
    long derived = DiskUsage.of(store).derived();
    store.add("text/plain", "left by a pull that never ended".getBytes(UTF_8));
    Files.writeString(store.root().resolve("blobs/sha256/.x.0123.tmp"), "half");
    Files.createDirectories(store.root().resolve("derived/segment"));
    Files.writeString(store.root().resolve("derived/segment/abcd"), "segment");
    Files.writeString(store.root().resolve(".index.json.0123.tmp"), "half of an index");
    assertThat(clean()).isEqualTo(31 + 4 + 7 + 16 + derived);
    assertThat(store.root().resolve(".index.json.0123.tmp")).doesNotExist();
    assertThat(files("blobs")).hasSize(blobs);
    assertThat(files("derived")).isEmpty();
    tree(FIRST);
    tree(SECOND);
    assertThat(clean()).isZero();
  }

  private long clean() {
    return housekeeping.clean(() -> {}, () -> 0);
  }

  @Test
  void keepsAnUnfinishedIndex() throws Exception {
    Path writing = directory.resolve(".index.json.0123.tmp");
    Thread cleaner = new Thread(store::deleteTemporaryFiles);
    store.rename(
        FIRST,
        there -> {
          write(writing);
          cleaner.start();
          while (cleaner.getState() != Thread.State.WAITING && cleaner.isAlive()) {
            Thread.onSpinWait();
          }
          assertThat(writing).exists();
          return there.orElseThrow();
        });
    cleaner.join();
    assertThat(writing).doesNotExist();
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "half of an index");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void doesNotDeleteFromAStoreInUse() throws Exception {
    Descriptor unnamed = store.add("text/plain", "on its way to a name".getBytes(UTF_8));
    CountDownLatch waiting = new CountDownLatch(1);
    Thread cleaner;
    try (StoreHold _ = store.use()) {
      cleaner = Thread.ofVirtual().start(() -> housekeeping.clean(waiting::countDown, () -> 0));
      waiting.await();
      assertThat(housekeeping.remove(FIRST)).isEqualTo(Housekeeping.Removal.NAME);
      assertThat(store.has(unnamed)).isTrue();
      assertThat(files("blobs")).contains(Digest.sha256(OWN).hex());
    }
    cleaner.join();
    assertThat(store.has(unnamed)).isFalse();
    assertThat(files("blobs")).doesNotContain(Digest.sha256(OWN).hex());
    tree(SECOND);
  }

  @Test
  void doesNotDeleteWhileAnotherProcessUsesTheStore() throws Exception {
    Descriptor unnamed = store.add("text/plain", "on its way to a name".getBytes(UTF_8));
    Process user = UsingProcess.start(store.root());
    assertThat(user.getInputStream().read()).isEqualTo('u');
    CountDownLatch waiting = new CountDownLatch(1);
    Thread cleaner =
        Thread.ofPlatform().start(() -> housekeeping.clean(waiting::countDown, () -> 0));
    waiting.await();
    assertThat(store.has(unnamed)).isTrue();
    user.destroyForcibly();
    cleaner.join();
    assertThat(store.has(unnamed)).isFalse();
  }

  @Test
  void reportsTheDiskSpaceOfImages() {
    long shared = SHARED.length;
    DiskUsage usage = DiskUsage.of(store);
    assertThat(usage.images())
        .extracting(u -> u.image().name())
        .containsExactly(FIRST.toString(), SECOND.toString());
    assertThat(usage.images().get(0).size() - usage.images().get(0).own()).isEqualTo(shared);
    assertThat(usage.images().get(1).size() - usage.images().get(1).own()).isEqualTo(shared);
    assertThat(usage.unneeded()).isZero();
    store.add("text/plain", new byte[17]);
    assertThat(DiskUsage.of(store).unneeded()).isEqualTo(17);
    assertThat(DiskUsage.of(store).blobs()).isEqualTo(usage.blobs() + 17);
  }

  @Test
  void reportsDamagedAndMissingBlobs() throws IOException {
    assertThat(housekeeping.verify()).isEmpty();
    Files.writeString(store.file(Digest.sha256(OWN)), "damaged");
    Files.delete(store.file(Digest.sha256(SHARED)));
    Files.writeString(store.file(second.digest()), "{}");
    assertThat(housekeeping.verify())
        .extracting(BlobFailure::what)
        .anySatisfy(w -> assertThat(w).contains(Digest.sha256(OWN) + " is damaged"))
        .anySatisfy(w -> assertThat(w).contains(Digest.sha256(SHARED) + " is missing"))
        .anySatisfy(w -> assertThat(w).contains(second.digest() + " is damaged"))
        .hasSize(3);
  }
}
