package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.DebianOptions;
import org.junit.jupiter.api.Test;

class PackageBuilderConcurrencyTest extends ComponentFixture {
  /** Each builds one platform, and none of them undoes what the other one did. */
  @Test
  void keepsBothPlatformsOfConcurrentBuilds() throws Exception {
    for (int round = 0; round < 20; round++) {
      define("image: hello\nfiles: [{path: /x, contents: \"" + round + "\"}]\n");
      CyclicBarrier start = new CyclicBarrier(2);
      List<Future<Descriptor>> built = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        for (Platform platform : List.of(AMD64, ARM64)) {
          built.add(
              threads.submit(
                  () -> {
                    start.await();
                    return build(platform);
                  }));
        }
      }
      for (Future<Descriptor> each : built) {
        assertThat(each.get().size()).isPositive();
      }
      ImageStore store = store("cache");
      Reference name = PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of()).reference();
      Descriptor index = store.find(name).orElseThrow();
      assertThat(ImageIndex.parse(store.read(index), index.mediaType(), "test").manifests())
          .extracting(Descriptor::platform)
          .containsExactly(Optional.of(AMD64), Optional.of(ARM64));
    }
  }

  private Descriptor build(Platform platform) {
    try (PackageBuilder builder =
        builder(store("cache"), DebianOptions.ofMachine(temporary.resolve("debian")), _ -> {})) {
      return builder.build(
          PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of()), List.of(platform), false);
    }
  }
}
