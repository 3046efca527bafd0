package linuxkit.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Node.Device.Kind;
import linuxkit.filesystem.archive.SparseMap;
import org.junit.jupiter.api.Test;

class LayerIndexTest {
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  private static List<LayerEntry> entries() {
    TreeMap<String, String> xattrs = new TreeMap<>();
    xattrs.put("security.capability", "\u0001\u0000\u00ff");
    xattrs.put("user.empty", "");
    Metadata rich = new Metadata(07777, 0xfffffffeL, 70_000, -1, xattrs);
    Metadata plain = Metadata.of(0, 0, 0, 1L << 40);
    return List.of(
        new LayerEntry.Plain("", new Node.Directory(rich)),
        new LayerEntry.File("ü/\ud83d\ude00", rich, 1L << 40, Long.MAX_VALUE, SHA256, 0xfeff),
        new LayerEntry.SparseFile(
            new LayerEntry.File("\udce4/\udcff", plain, 512, 1L << 40, SHA256, 0),
            new SparseMap(1L << 40, List.of(new Extent(0, 1), new Extent(1L << 39, 4096)))),
        new LayerEntry.HardLink("l", "ü"),
        new LayerEntry.Whiteout("w"),
        new LayerEntry.Opaque(""),
        new LayerEntry.Plain("s", new Node.Symlink(plain, "../x")),
        new LayerEntry.Plain("c", new Node.Device(plain, Kind.CHARACTER, 4095, 1 << 19)),
        new LayerEntry.Plain("b", new Node.Device(rich, Kind.BLOCK, 8, 0)),
        new LayerEntry.Plain("f", new Node.Fifo(plain)));
  }

  private static byte[] written() throws IOException {
    LayerIndexWriter writer = new LayerIndexWriter("layer");
    for (LayerEntry entry : entries()) {
      writer.add(entry);
    }
    return writer.finish(SHA256);
  }

  @Test
  void roundTripsEntries() throws IOException {
    LayerIndex index = LayerIndexReader.read(written());
    assertThat(index.entries()).isEqualTo(entries());
    assertThat(index.sha256()).isEqualTo(SHA256);
    assertThat(index.hides()).isTrue();
  }

  @Test
  void roundTripsManyFilesWithMetadataOfTheirOwn() throws IOException {
    List<LayerEntry> files = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Metadata metadata = Metadata.of(0644, i % 3, 0, i % 100);
      files.add(new LayerEntry.File("d/" + i, metadata, i, 2L * i, SHA256, 0));
    }
    LayerIndexWriter writer = new LayerIndexWriter("layer");
    for (LayerEntry file : files) {
      writer.add(file);
    }
    LayerIndex index = LayerIndexReader.read(writer.finish(SHA256));
    assertThat(index.entries()).isEqualTo(files);
    assertThat(index.hides()).isFalse();
    LayerIndexReader reader = index.reader();
    for (int i = 0; i < 500; i++) {
      reader.next();
    }
    assertThat(index.path(reader.position())).isEqualTo("d/499");
  }

  @Test
  void takesLessThanEightyBytesForAFile() throws IOException {
    LayerIndexWriter writer = new LayerIndexWriter("layer");
    Metadata metadata = Metadata.of(0644, 0, 0, 1_700_000_000);
    for (int i = 0; i < 10_000; i++) {
      String path = "usr/lib/node_modules/some-package/source-%05d.js".formatted(i);
      writer.add(new LayerEntry.File(path, metadata, 1024L * i, 700, SHA256, 0));
    }
    assertThat(writer.finish(SHA256).length).isLessThan(80 * 10_000);
  }

  @Test
  void refusesMoreThanTwoMillionEntries() throws IOException {
    LayerIndexWriter writer = new LayerIndexWriter("layer");
    LayerEntry entry = new LayerEntry.Whiteout("w");
    for (int i = 0; i < 2_000_000; i++) {
      writer.add(entry);
    }
    assertThatThrownBy(() -> writer.add(entry)).isInstanceOf(LayerFailure.class);
  }

  @Test
  void refusesATruncatedIndex() throws IOException {
    byte[] whole = written();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> LayerIndexReader.read(cut)).isInstanceOf(IOException.class);
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> LayerIndexReader.read(longer)).isInstanceOf(IOException.class);
  }

  @FuzzTest
  void readsOrRefusesAnyBytes(byte[] bytes) {
    try {
      LayerIndexReader.read(bytes);
    } catch (IOException _) {
      // Any other exception is a defect.
    }
  }
}
