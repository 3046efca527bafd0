package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.SystemFailure;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.SystemManifest;
import org.junit.jupiter.api.Test;

class SystemImagesTest extends AssemblyFixture {
  private final CountDownLatch started = new CountDownLatch(1);
  private final AtomicBoolean reading = new AtomicBoolean();

  @Test
  void stopsReadingAfterFailure() {
    images.add("lk/bad:1", _ -> fail());
    images.add("lk/slow:1", _ -> read());
    refused("init: [lk/bad:1, lk/slow:1]", "bad: broken");
    assertThat(reading).isFalse();
  }

  @Test
  void keepsDigestsOfFoundImages() {
    images.add("lk/kernel:1", f -> f.file("kernel", "k"));
    ManifestSource source =
        new ManifestSource(
            "m.yml",
            "kernel: {image: lk/kernel:1}\ninit: [lk/init:1]\nservices: [{name: a, image: lk/svc:1}]"
                .getBytes(StandardCharsets.UTF_8),
            Optional.empty());
    SystemManifest manifest = ManifestLoader.load(List.of(source), Path::toString, progress);
    Platform platform = Platform.linux("amd64");
    assertThat(FoundImages.find(manifest, images, platform).digests())
        .containsOnlyKeys("docker.io/lk/kernel:1", "docker.io/lk/init:1", "docker.io/lk/svc:1")
        .containsEntry(
            "docker.io/lk/svc:1",
            images.find(Reference.parse("lk/svc:1"), platform).digest().toString());
  }

  private void fail() {
    try {
      // On one processor the other image is never started.
      assertThat(started.await(5, TimeUnit.SECONDS))
          .isEqualTo(Runtime.getRuntime().availableProcessors() > 1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    throw new SystemFailure("broken", "bad", "");
  }

  private void read() {
    reading.set(true);
    started.countDown();
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException _) {
      // A read that is interrupted takes a moment to end.
      for (long end = System.nanoTime() + 200_000_000; System.nanoTime() < end; ) {
        Thread.onSpinWait();
      }
    }
    reading.set(false);
  }
}
