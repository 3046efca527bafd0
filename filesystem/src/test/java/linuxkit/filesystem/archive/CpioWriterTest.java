package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;

class CpioWriterTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final CpioWriter writer = new CpioWriter(out);

  private static FileTree tree() {
    return new FileTree(Metadata.of(0755, 0, 0, 0));
  }

  private static Node file(String text) {
    return Trees.file(text.getBytes(UTF_8), Metadata.of(0644, 0, 0, 0));
  }

  private List<CpioArchiveEntry> entries() throws IOException {
    writer.finish();
    List<CpioArchiveEntry> entries = new ArrayList<>();
    try (var in =
        new CpioArchiveInputStream(new ByteArrayInputStream(out.toByteArray()), "UTF-8")) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  @Test
  void writesAnEmptyArchiveAsATrailerInOneBlock() throws IOException {
    writer.finish();
    assertThat(out.toByteArray()).hasSize(512);
    assertThat(out.toString(UTF_8))
        .startsWith(
            "070701"
                + "00000000".repeat(4)
                + "00000001"
                + "00000000".repeat(2)
                + "0000000300000001"
                + "00000000".repeat(2)
                + "0000000B00000000TRAILER!!!\0");
  }

  @Test
  void numbersInodesInTheOrderOfEntries() throws IOException {
    FileTree tree = tree();
    Trees.put(tree, "a", file("1"));
    Trees.put(tree, "d", Trees.directory(0700));
    Trees.put(tree, "d/b", file("2"));
    writer.addTree(tree.root());
    assertThat(entries())
        .extracting(CpioArchiveEntry::getName, CpioArchiveEntry::getInode)
        .containsExactly(tuple("a", 721L), tuple("d", 722L), tuple("d/b", 723L));
  }

  @Test
  void writesHardLinksWithOneInodeAndTheDataInTheLast() throws IOException {
    FileTree tree = tree();
    Node node = file("shared");
    Trees.put(tree, "a", node);
    Trees.put(tree, "b", file("alone"));
    Trees.put(tree, "c", node);
    writer.addTree(tree.root());
    List<CpioArchiveEntry> entries = entries();
    assertThat(entries).extracting(CpioArchiveEntry::getInode).containsExactly(721L, 722L, 721L);
    assertThat(entries).extracting(CpioArchiveEntry::getNumberOfLinks).containsExactly(2L, 1L, 2L);
    assertThat(entries).extracting(CpioArchiveEntry::getSize).containsExactly(0L, 5L, 6L);
  }

  @Test
  void writesALinkOutOfASubtreeAsASeparateFile() throws IOException {
    FileTree tree = tree();
    Node node = file("shared");
    Trees.put(tree, "a", node);
    Trees.put(tree, "d", Trees.directory(0755));
    Trees.put(tree, "d/b", node);
    writer.addTree(tree.find("d").orElseThrow());
    List<CpioArchiveEntry> entries = entries();
    assertThat(entries).extracting(CpioArchiveEntry::getName).containsExactly("d", "d/b");
    assertThat(entries).extracting(CpioArchiveEntry::getNumberOfLinks).containsExactly(2L, 1L);
    assertThat(entries).extracting(CpioArchiveEntry::getSize).containsExactly(0L, 6L);
  }

  @Test
  void replacesTimesOutOfRangeByTheNearest() throws IOException {
    writer.add("early", new Node.Fifo(Metadata.of(0, 0, 0, -1)));
    writer.add("late", new Node.Fifo(Metadata.of(0, 0, 0, 1L << 32)));
    assertThat(entries()).extracting(CpioArchiveEntry::getTime).containsExactly(0L, 0xffff_ffffL);
  }

  @Test
  void listsPathsWithoutTheirExtendedAttributes() throws IOException {
    TreeMap<String, String> xattrs = new TreeMap<>(Map.of("security.capability", "\1\0\0\2"));
    writer.add(
        "bin/ping",
        new Node.RegularFile(new Metadata(0755, 0, 0, 0, xattrs), Content.of(new byte[1])));
    writer.add("bin/sh", file(""));
    assertThat(writer.withoutXattrs()).containsExactly("bin/ping");
  }

  @Test
  void refusesFilesOfFourGibibytesBeforeWriting() throws IOException {
    assertThatThrownBy(() -> writer.add("huge", unread(1L << 32)))
        .isInstanceOf(CpioFailure.class)
        .hasMessageContaining("huge")
        .hasMessageContaining("4 GiB");
    assertThat(entries()).isEmpty();
  }

  @Test
  void acceptsFilesOfOneByteLess() throws IOException {
    assertThatThrownBy(() -> writer.add("largest", unread((1L << 32) - 1)))
        .hasMessage("cannot read largest: it was opened");
    writer.finish();
    assertThat(out.toString(UTF_8).substring(6 + 6 * 8, 6 + 7 * 8)).isEqualTo("FFFFFFFF");
  }

  private static Node unread(long size) {
    Content content =
        new Content() {
          @Override
          public long size() {
            return size;
          }

          @Override
          public String sha256() {
            return "0".repeat(64);
          }

          @Override
          public InputStream open() throws IOException {
            throw new IOException("it was opened");
          }
        };
    return new Node.RegularFile(Metadata.of(0644, 0, 0, 0), content);
  }

  @Test
  void refusesNamesThatTheKernelSkips() {
    String longest = "d/".repeat(2047) + "f";
    assertThatThrownBy(() -> writer.add(longest + "f", file(""))).isInstanceOf(CpioFailure.class);
    assertThatThrownBy(() -> writer.add("TRAILER!!!", file(""))).isInstanceOf(CpioFailure.class);
    Node link = new Node.Symlink(Metadata.of(0777, 0, 0, 0), longest + "f");
    assertThatThrownBy(() -> writer.add("link", link)).isInstanceOf(CpioFailure.class);
  }
}
