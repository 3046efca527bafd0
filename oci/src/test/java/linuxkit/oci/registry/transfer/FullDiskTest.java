package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.OciTools;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageArchive;
import linuxkit.oci.layer.TestTar;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.oci.store.StoreImages;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fills file systems, so that every write to a store fails once. */
class FullDiskTest {
  /**
   * Runs on a small file system that only the child process sees. Without root, a user namespace
   * allows mounting it.
   */
  @Test
  void reportsAFullDiskAndKeepsTheStoreIntact(@TempDir Path directory) throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String user = Files.getAttribute(directory, "unix:uid").equals(0) ? "" : "--map-root-user";
    String output =
        OciTools.run(
            directory,
            "sh",
            "-c",
            "exec unshare "
                + user
                + " --mount sh -c 'mount -t tmpfs -o size=2m none \"$1\" && exec \"$2\" -cp \"$3\" \"$4\" \"$1\"'"
                + " sh \"$@\"",
            "sh",
            disk.toString(),
            java,
            System.getProperty("java.class.path"),
            FullDiskTest.Child.class.getName());
    assertThat(output)
        .containsPattern("pull: full at [0-9]{2} places")
        .containsPattern("import: full at [0-9]+ places")
        .containsPattern("build: full at [0-9]+ places")
        .containsPattern("name: full at [0-9]+ places")
        .contains("rm: on a full disk")
        .contains("no index: on a full disk")
        .contains("clean: on a full disk");
  }

  /**
   * Writes to a store on a file system with only a few free pages, one page more in each round, so
   * that every write fails once because the disk is full. The argument {@code DIRECTORY} is a
   * separate file system whose files use whole pages.
   */
  static final class Child {
    private static final int PAGE = 4096;
    private static final Platform AMD64 = Platform.linux("amd64");
    private static final Reference KEPT = Reference.parse("kept:1");
    private static final Reference OTHER = Reference.parse("other:1");
    private static final byte[] TAR =
        new TestTar().file("a", "a".repeat(30_000)).file("b", "b".repeat(9_000)).bytes();

    private final Path directory;

    private Child(Path directory) {
      this.directory = directory;
    }

    private interface Work {
      void on(ImageStore store) throws IOException;
    }

    public static void main(String[] args) throws IOException {
      Child disk = new Child(Path.of(args[0]));
      RandomImage image = new RandomImage(AMD64, 30_000, 5, 9_000);
      try (FakeRegistry registry = FakeRegistry.start();
          RegistryClient client = Clients.anonymous()) {
        registry.serve("app", "1", image);
        disk.fill(
            "pull",
            store ->
                new Puller(store, client, Puller.When.ALWAYS, Progress.silent())
                    .pullAll(registry.reference("app:1")));
      }
      byte[] archive = archive();
      disk.fill(
          "import",
          store ->
              ImageArchive.load(
                  store, new ByteArrayInputStream(archive), "a.tar", Optional.empty()));
      disk.fill("build", store -> new StoreImages(store).find(KEPT, AMD64).tree());
      disk.fill(
          "name",
          store -> store.name(Reference.parse("another:1"), store.find(KEPT).orElseThrow()));
      disk.remove();
      disk.withoutIndex();
      disk.clean();
    }

    /** F8: A shorter list of images is written over the old one. */
    private void remove() throws IOException {
      ImageStore store = fresh();
      Path filler = directory.resolve("filler");
      leave(0, filler);
      new Housekeeping(store).remove(OTHER);
      Files.delete(filler);
      if (ImageStore.open(store.root(), Progress.silent()).find(OTHER).isPresent()) {
        throw new AssertionError("the name is still there");
      }
      requireIntact("rm", store);
      System.out.println("rm: on a full disk");
    }

    /** F8: A store whose list of images is missing is verified and cleaned. */
    private void withoutIndex() throws IOException {
      Path root = fresh().root();
      Files.delete(root.resolve("index.json"));
      Path filler = directory.resolve("filler");
      leave(0, filler);
      Housekeeping housekeeping = new Housekeeping(ImageStore.open(root, Progress.silent()));
      if (!housekeeping.verify().isEmpty() || housekeeping.clean(() -> {}, () -> 0) == 0) {
        throw new AssertionError("the store is damaged, or clean frees nothing");
      }
      Files.delete(filler);
      System.out.println("no index: on a full disk");
    }

    /** Checks that cleaning works on a full disk. */
    private void clean() throws IOException {
      ImageStore store = fresh();
      store.add("text/plain", new byte[9]);
      leave(0, directory.resolve("filler"));
      if (new Housekeeping(store).clean(() -> {}, () -> 0) == 0) {
        throw new AssertionError("clean frees nothing");
      }
      requireIntact("clean", store);
      System.out.println("clean: on a full disk");
    }

    private static byte[] archive() {
      byte[] layer = new TestTar().file("c", "c".repeat(20_000)).bytes();
      String config =
          "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
              + Digest.sha256(layer)
              + "\"]}}";
      return new TestTar()
          .file("layer.tar", layer)
          .file("c.json", config)
          .file(
              "manifest.json",
              "[{\"Config\":\"c.json\",\"RepoTags\":[\"new:1\"],\"Layers\":[\"layer.tar\"]}]")
          .bytes();
    }

    private void fill(String name, Work work) throws IOException {
      int failures = 0;
      for (int pages = 0; ; pages++) {
        ImageStore store = fresh();
        Path filler = directory.resolve("filler");
        leave(pages, filler);
        boolean done = attempt(work);
        Files.delete(filler);
        requireIntact(name + " with " + pages + " pages", store);
        if (done) {
          System.out.println(name + ": full at " + failures + " places");
          if (failures == 0) {
            throw new AssertionError(name + " writes nothing");
          }
          return;
        }
        failures++;
        // A write that failed on a full disk must not prevent another attempt.
        work.on(ImageStore.open(store.root(), Progress.silent()));
        requireIntact(name + " again", store);
      }
    }

    private ImageStore fresh() throws IOException {
      Path root = directory.resolve("store");
      if (Files.exists(root)) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
            Files.delete(file);
          }
        }
      }
      ImageStore store = ImageStore.open(root, Progress.silent());
      store.name(
          KEPT,
          TestImages.image(
              store,
              "amd64",
              List.of(store.add(MediaTypes.OCI_LAYER_GZIP, TestImages.gzip(TAR))),
              List.of(Digest.sha256(TAR))));
      store.name(OTHER, TestImages.image(store, "arm64"));
      return store;
    }

    private void leave(int pages, Path filler) throws IOException {
      long usable = Files.getFileStore(directory).getUsableSpace();
      Files.write(filler, new byte[(int) (usable - (long) pages * PAGE)]);
    }

    private boolean attempt(Work work) {
      try {
        work.on(ImageStore.open(directory.resolve("store"), Progress.silent()));
        return true;
      } catch (FileFailure e) {
        if (!e.what().toLowerCase(Locale.ROOT).contains("no space left")
            || !e.hint().equals("free some space on that file system, or choose another place")) {
          throw e;
        }
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void requireIntact(String when, ImageStore store) throws IOException {
      List<String> names = store.list().stream().map(NamedDescriptor::name).toList();
      if (!names.contains(KEPT.toString()) || !new Housekeeping(store).verify().isEmpty()) {
        throw new AssertionError(when + ": the store is damaged: " + names);
      }
      new StoreImages(ImageStore.open(store.root(), Progress.silent())).find(KEPT, AMD64).config();
      try (Stream<Path> files = Files.walk(store.root())) {
        List<Path> left = files.filter(file -> file.toString().endsWith(".tmp")).toList();
        if (!left.isEmpty()) {
          throw new AssertionError(when + ": left behind: " + left);
        }
      }
    }
  }
}
