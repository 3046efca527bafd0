package linuxkit.oci.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.oci.OciTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers with sparse files and names that are not UTF-8, as GNU tar writes them. */
class GnuTarLayerTest {
  private static final String CREATE =
      """
      import os
      os.mkdir(b'd\\xe4')
      for name, size in ((b'd\\xe4/big-\\xff', 3000000), (b'small', 100000)):
          with open(name, 'wb') as file:
              for at in range(0, size - 20000, 20480):
                  file.seek(at)
                  file.write(b'data at %d ' % at * 400)
              file.truncate(size)
      os.symlink(b'd\\xe4/big-\\xff', 'link')
      """;

  @TempDir Path directory;

  private Path archive(String options) throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    OciTools.run(root, "python3", "-c", CREATE);
    Path archive = directory.resolve("archive.tar");
    OciTools.run(
        root,
        "sh",
        "-c",
        "tar -cSf \"$0\" --hole-detection=raw " + options + " d* small link",
        archive.toString());
    return archive;
  }

  private static byte[] expected(int size) {
    byte[] bytes = new byte[size];
    for (int at = 0; at < size - 20000; at += 20480) {
      byte[] data = ("data at " + at + " ").repeat(400).getBytes(UTF_8);
      System.arraycopy(data, 0, bytes, at, data.length);
    }
    return bytes;
  }

  private static byte[] read(Content content) throws IOException {
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    }
  }

  private static Content content(FileTree tree, String path) {
    return ((Node.RegularFile) tree.find(path).orElseThrow().node()).content();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu",
        "--format=posix --sparse-version=0.0",
        "--format=posix --sparse-version=0.1",
        "--format=posix --sparse-version=1.0"
      })
  void f11ReadsWholeFilesAndSlices(String options) throws Exception {
    byte[] bytes = Files.readAllBytes(archive(options));
    Flattening flattening = new Flattening();
    TestLayers layers = new TestLayers(directory);
    // The second time, the index is read from the cache.
    for (int i = 0; i < 2; i++) {
      flattening.apply(layers.open(bytes, bytes), "image");
    }
    FileTree tree = flattening.tree();
    assertThat(((Node.Symlink) tree.find("link").orElseThrow().node()).target())
        .isEqualTo("d\udce4/big-\udcff");
    assertThat(read(content(tree, "small"))).isEqualTo(expected(100_000));
    Content big = content(tree, "d\udce4/big-\udcff");
    byte[] whole = expected(3_000_000);
    assertThat(read(big)).isEqualTo(whole);
    for (int from : new int[] {0, 100, 19_000, 20_479, 2_499_999}) {
      byte[] part = Arrays.copyOfRange(whole, from, from + 400_001);
      Content slice = big.slice(from, part.length, Sha256.hex(part));
      assertThat(read(slice)).isEqualTo(part);
      byte[] less = Arrays.copyOfRange(part, 7, 50_007);
      assertThat(read(slice.slice(7, less.length, Sha256.hex(less)))).isEqualTo(less);
      assertThatThrownBy(() -> read(big.slice(from, 9, Sha256.hex(new byte[] {1}))))
          .isInstanceOf(LayerFailure.class)
          .hasMessageContaining("is damaged");
    }
  }

  @Test
  void f11ReadsSparseMembersOfArchivesInImages() throws Exception {
    Content archive = Content.of(Files.readAllBytes(archive("--format=posix")));
    WorkCache work = new WorkCache(directory.resolve("derived"));
    List<ArchiveIndex.Member> members = ArchiveIndex.members(archive, "archive", work);
    assertThat(members)
        .extracting(member -> Printable.line(member.path()))
        .containsExactly("d\\xe4", "d\\xe4/big-\\xff", "small", "link");
    Node.RegularFile small = (Node.RegularFile) members.get(2).node().orElseThrow();
    assertThat(read(small.content())).isEqualTo(expected(100_000));
  }

  @Test
  void f11AppliesWhiteoutsWithNamesThatAreNotUtf8() {
    FileTree tree =
        new TestLayers(directory)
            .flatten(
                new TestTar().directory("d\udce4/").file("d\udce4/\udcff", "a").file("\udce4", "b"),
                new TestTar().file("d\udce4/.wh.\udcff", "").file("\udce5", "c"));
    assertThat(TestLayers.listing(tree)).containsExactly("d\udce4/", "\udce4=b", "\udce5=c");
  }

  @Test
  void f11RefusesAFileOfEightExbibytesInOneBlock() {
    String records = "39 GNU.sparse.size=9223372036854775807\n26 GNU.sparse.numblocks=0\n";
    byte[] tar =
        new TestTar().entry('x', "pax", "", 0644, records.getBytes(UTF_8)).file("bomb", "").bytes();
    assertThatThrownBy(() -> new TestLayers(directory).open(tar, tar))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("expand to more than 64 GiB");
  }
}
