package linuxkit.oci.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.packed.FramedZstd;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerIntakeTest {
  private static final byte[] INNER = new TestTar().file("lib/a", "a").file("lib/b", "b").bytes();
  private static final byte[] TAR =
      new TestTar()
          .file("big", new byte[3_000_000])
          .file("modules.tar", INNER)
          .file("broken.tar", "not an archive")
          .bytes();
  private static final byte[] BLOB = TestImages.zstd(TAR);
  private static final Descriptor LAYER = descriptor(BLOB);

  @TempDir Path directory;
  private WorkCache work;
  private Layers layers;

  @BeforeEach
  void open() {
    work = new WorkCache(directory);
    layers = new Layers(work, Progress.silent());
  }

  private static Descriptor descriptor(byte[] blob) {
    return Descriptor.of(MediaTypes.OCI_LAYER_ZSTD, Digest.sha256(blob), blob.length);
  }

  private LayerIntake begin(Descriptor layer) {
    return layers.intake(layer, "image").orElseThrow();
  }

  private static void write(LayerIntake intake, byte[] bytes, int piece) throws Exception {
    for (int at = 0; at < bytes.length; at += piece) {
      intake.write(bytes, at, Math.min(piece, bytes.length - at));
    }
  }

  private List<String> kept() throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).getName(0).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void indexesALayerWhileItIsWritten() throws Exception {
    try (LayerIntake intake = begin(LAYER)) {
      write(intake, BLOB, 7);
      intake.finish();
    }
    assertThat(kept()).containsExactly("archive-index-3", "layer-index-5", "layer-map-1");
    assertThat(layers.intake(LAYER, "image")).isEqualTo(Optional.empty());
    byte[] index = work.findBytes("archive-index-3", Digest.sha256(INNER).hex()).orElseThrow();
    assertThat(LayerIndexReader.read(index).entries())
        .extracting(LayerEntry::path)
        .containsExactly("lib/a", "lib/b");
  }

  @Test
  void keepsNothingUnlessItIsFinished() throws Exception {
    try (LayerIntake intake = begin(LAYER)) {
      write(intake, BLOB, 10_000);
    }
    try (LayerIntake intake = begin(LAYER)) {
      write(intake, BLOB, BLOB.length - 5);
    }
    assertThat(kept()).isEmpty();
  }

  private boolean indexes(byte[] blob) throws Exception {
    try (LayerIntake intake = begin(descriptor(blob))) {
      write(intake, blob, 100_000);
      intake.finish();
    }
    return layers.intake(descriptor(blob), "image").isEmpty();
  }

  @Test
  void leavesALargePieceToWhoeverOpensIt() throws Exception {
    byte[] random = new byte[9 << 20];
    new Random(1).nextBytes(random);
    byte[] tar = new TestTar().file("random", random).bytes();
    assertThat(indexes(TestImages.gzip(tar))).isFalse();
    assertThat(indexes(TestImages.zstd(tar))).isFalse();
    assertThat(kept()).isEmpty();

    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    try (OutputStream zstd = new FramedZstd(parts, 1)) {
      zstd.write(tar);
    }
    assertThat(indexes(parts.toByteArray())).isTrue();
    assertThat(indexes(tar)).isTrue();
    byte[] small = new TestTar().file("random", Arrays.copyOf(random, 1 << 20)).bytes();
    assertThat(indexes(TestImages.gzip(small))).isTrue();
  }

  @Test
  void keepsNothingOfAnInvalidLayerAndTakesAllItsBytes() throws Exception {
    byte[] bad = TestImages.gzip(new byte[4_000_000]);
    bad[bad.length - 3] ^= 1;
    byte[] endless = "no layer at all".repeat(1_000_000).getBytes(UTF_8);
    for (byte[] blob : List.of(bad, endless)) {
      try (LayerIntake intake = begin(descriptor(blob))) {
        write(intake, blob, 100_000);
        intake.finish();
      }
    }
    assertThat(kept()).isEmpty();
  }
}
