package linuxkit.boot.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtefactComparisonTest {
  @TempDir Path folder;

  private static byte[] tar(int mode, Map<String, byte[]> files) throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    new TreeMap<>(files)
        .forEach(
            (path, bytes) ->
                tree.put(
                    path,
                    new Node.RegularFile(Metadata.of(mode, 0, 0, 0), Content.of(bytes)),
                    Origin.NONE));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    writer.addTree(tree, TarWriter.NO_RECORDS);
    writer.finish();
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private String compare(byte[] one, byte[] two) throws IOException {
    Path first = Files.write(folder.resolve("first"), one);
    Path second = Files.write(folder.resolve("second"), two);
    Path scratch = Files.createDirectories(folder.resolve("scratch"));
    String text =
        new ArtefactComparison(scratch, Set.of("sbom"))
            .compare(first, second)
            .map(difference -> difference.text() + " " + difference.others())
            .orElse("equal");
    assertThat(scratch).isEmptyDirectory();
    return text;
  }

  @Test
  void findsNothingInEqualFiles() throws IOException {
    assertThat(compare(bytes("abc"), bytes("abc"))).isEqualTo("equal");
  }

  @Test
  void namesTheByteOfWhatIsNotAnArtefact() throws IOException {
    assertThat(compare(bytes("abcdef"), bytes("abcxef"))).isEqualTo("at byte 3 []");
    assertThat(compare(bytes("abc"), bytes("abcd"))).isEqualTo("at byte 3 []");
  }

  @Test
  void namesContentsBeforeWhatFollowsFromThem() throws IOException {
    byte[] one = tar(0644, Map.of("sbom", bytes("1"), "z", bytes("12345"), "zz", bytes("1")));
    byte[] two = tar(0644, Map.of("sbom", bytes("2"), "z", bytes("12x45"), "zz", bytes("2")));
    assertThat(compare(one, two)).isEqualTo("/z at byte 2 [zz, sbom]");
    assertThat(
            compare(tar(0644, Map.of("sbom", bytes("1"))), tar(0644, Map.of("sbom", bytes("2")))))
        .isEqualTo("/sbom at byte 0 []");
  }

  @Test
  void namesFilesOfOneSideAndAttributes() throws IOException {
    byte[] one = tar(0644, Map.of("a", bytes("1"), "b", bytes("1")));
    byte[] two = tar(0644, Map.of("a", bytes("1")));
    assertThat(compare(one, two)).isEqualTo("/b, which the second build does not have []");
    assertThat(compare(two, one)).isEqualTo("/b, which only the second build has []");
    assertThat(compare(two, tar(0600, Map.of("a", bytes("1")))))
        .isEqualTo("the attributes of /a []");
  }

  @Test
  void descendsIntoArtefactsInArtefacts() throws IOException {
    byte[] one = tar(0644, Map.of("in.tar", tar(0644, Map.of("deep", bytes("0123")))));
    byte[] two = tar(0644, Map.of("in.tar", tar(0644, Map.of("deep", bytes("01x3")))));
    assertThat(compare(one, two)).isEqualTo("/deep of /in.tar at byte 2 []");
  }

  @Test
  void stopsAtTheDeepestLevel() throws IOException {
    byte[] one = bytes("0");
    byte[] two = bytes("1");
    for (int i = 0; i < 6; i++) {
      one = tar(0644, Map.of("t" + i, one));
      two = tar(0644, Map.of("t" + i, two));
    }
    assertThat(compare(one, two)).isEqualTo("/t2 of /t3 of /t4 of /t5 at byte 1024 []");
  }

  @Test
  void namesTheByteOutsideOfAllFiles() throws IOException {
    byte[] one = tar(0644, Map.of("a", bytes("1")));
    byte[] two = one.clone();
    two[1023]++;
    assertThat(compare(one, two)).isEqualTo("at byte 1023 []");
  }
}
