package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.Trees;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarWriterTest {
  static byte[] write(FileTree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    writer.addTree(tree, TarWriter.NO_RECORDS);
    writer.finish();
    return out.toByteArray();
  }

  @Test
  void writesASampleTreeThatTheReaderReads() throws IOException {
    assertThat(TarBytes.lines(write(Trees.sample()))).isEqualTo(Trees.lines(Trees.sample()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void ourReaderReadsRandomTrees(long seed) throws IOException {
    FileTree tree = Trees.random(seed, 300);
    assertThat(TarBytes.lines(write(tree))).isEqualTo(Trees.lines(tree));
  }

  @Test
  void bytesDependOnlyOnTheTree() throws IOException {
    byte[] here = write(Trees.random(42, 500));
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
      assertThat(write(Trees.random(42, 500))).isEqualTo(here);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void writesNoPaxHeaderForEntriesThatFitUstar() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    tree.put("d", Trees.directory(0755), Origin.NONE);
    tree.put("d/f", Trees.file("x".getBytes(UTF_8), Metadata.of(0644, 0, 0, 1)), Origin.NONE);
    byte[] bytes = write(tree);
    assertThat(bytes).hasSize(512 + 1024 + 1024);
    assertThat(new String(bytes, ISO_8859_1)).doesNotContain("PaxHeader");
  }

  @Test
  void sortsRecordsOfTheCallerAmongOthers() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Trees.put(tree, "größe", Trees.directory(0755));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    writer.addTree(
        tree,
        entry ->
            new TreeMap<>(
                Map.of(
                    "LINUXKIT.source", entry.origin().source(),
                    "LINUXKIT.location", entry.origin().location())));
    writer.finish();

    assertThat(new String(out.toByteArray(), 512, 512, UTF_8))
        .startsWith(
            """
            29 LINUXKIT.location=init[0]
            37 LINUXKIT.source=example/größe:1
            16 path=größe
            \0""");
    try (var in = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()), "UTF-8")) {
      TarArchiveEntry entry = in.getNextEntry();
      assertThat(entry.isDirectory()).isTrue();
      assertThat(entry.getName()).isEqualTo("größe");
      assertThat(entry.getExtraPaxHeader("LINUXKIT.source")).isEqualTo("example/größe:1");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 90, 91, 92, 93, 94, 980, 987, 988, 989, 990, 991, 992, 993})
  void recordLengthIncludesItself(int length) throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    tree.put(
        "f",
        new Node.Fifo(
            new Metadata(0, 0, 0, 0, new TreeMap<>(Map.of("user.x", "v".repeat(length))))),
        Origin.NONE);
    assertThat(TarBytes.lines(write(tree))).isEqualTo(Trees.lines(tree));
  }

  @Test
  void writesARecordForFilesTooLargeForUstar() throws IOException {
    long size = 1L << 33;
    Content huge =
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
            throw new IOException("not read here");
          }
        };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    Node node = new Node.RegularFile(Metadata.of(0644, 0, 0, 0), huge);
    assertThatThrownBy(() -> writer.add("f", node, Collections.emptySortedMap()))
        .hasMessage("cannot read f: not read here");
    writer.finish();
    assertThat(TarBytes.reader(out.toByteArray()).next().orElseThrow().size()).isEqualTo(size);
    try (var in = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()), "UTF-8")) {
      assertThat(in.getNextEntry().getSize()).isEqualTo(size);
    }
  }

  @Test
  void refusesContentsOfAnotherSize() {
    Content liar =
        new Content() {
          @Override
          public long size() {
            return 3;
          }

          @Override
          public String sha256() {
            return "0".repeat(64);
          }

          @Override
          public InputStream open() {
            return new ByteArrayInputStream(new byte[2]);
          }
        };
    TarWriter writer = new TarWriter(OutputStream.nullOutputStream());
    Node node = new Node.RegularFile(Metadata.of(0644, 0, 0, 0), liar);
    assertThatThrownBy(() -> writer.add("f", node, Collections.emptySortedMap()))
        .isInstanceOf(FileFailure.class)
        .hasMessage("cannot read f: its size is 3 bytes, but it contains less");
  }

  @Test
  void refusesExtendedAttributesWithUnsupportedNames() {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Metadata metadata = new Metadata(0, 0, 0, 0, new TreeMap<>(Map.of("user.a=b", "")));
    tree.put("f", new Node.Fifo(metadata), Origin.NONE);
    assertThatThrownBy(() -> write(tree)).isInstanceOf(TarFailure.class);
  }
}
