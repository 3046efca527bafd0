package linuxkit.filesystem.squashfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import org.junit.jupiter.api.Test;

/** Checks rules of directories on which only the kernel relies. */
class DirectoryTableTest {
  private static final int FIFO = InodeTable.type(new Node.Fifo(Metadata.of(0600, 0, 0, 0)));

  private record Written(DirectoryTable.Listing listing, Map<Integer, byte[]> blocks) {
    /** Returns the bytes of the list from a position on, across blocks. */
    ByteBuffer at(int block, int offset) {
      ByteArrayOutputStream rest = new ByteArrayOutputStream();
      new TreeMap<>(blocks).tailMap(block).values().forEach(rest::writeBytes);
      return ByteBuffer.wrap(rest.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).position(offset);
    }
  }

  private static Written write(List<DirectoryTable.Link> before, List<DirectoryTable.Link> links)
      throws IOException {
    DirectoryTable table = new DirectoryTable(SquashfsImages.uncompressed());
    table.write(before);
    DirectoryTable.Listing listing = table.write(links);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PositionTrackingOutput body = new PositionTrackingOutput(out, 0);
    table.finish(body);
    body.flush();
    Map<Integer, byte[]> blocks = new TreeMap<>();
    ByteBuffer in = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int start = in.position();
      byte[] block = new byte[in.getShort() & 0x7fff];
      in.get(block);
      blocks.put(start, block);
    }
    return new Written(listing, blocks);
  }

  private static DirectoryTable.Link link(String name, int number, long reference) {
    return new DirectoryTable.Link(name, number, reference, FIFO);
  }

  /** Returns files whose inodes have given numbers and references. */
  private static List<DirectoryTable.Link> links(int count, int numberStep, int referenceStep) {
    List<DirectoryTable.Link> links = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "a name with number %05d".formatted(i);
      links.add(link(name, 1 + i * numberStep, ((long) i * referenceStep) << 16));
    }
    return links;
  }

  /** Returns the number of entries of each header by its position in the list. */
  private static SortedMap<Integer, Integer> headers(Written written) {
    SortedMap<Integer, Integer> headers = new TreeMap<>();
    ByteBuffer in = written.at(written.listing.blockStart(), written.listing.offset());
    int start = in.position();
    while (in.position() < start + written.listing.length()) {
      int position = in.position() - start;
      int count = in.getInt() + 1;
      headers.put(position, count);
      in.position(in.position() + 8);
      for (int i = 0; i < count; i++) {
        in.position(in.position() + 6);
        in.position(in.position() + 2 + in.getShort(in.position()) + 1);
      }
    }
    return headers;
  }

  @Test
  void emptyDirectoryHasNoList() throws IOException {
    Written written = write(links(3, 1, 0), List.of());
    assertThat(written.listing.length()).isZero();
    assertThat(written.listing.index()).isEmpty();
  }

  @Test
  void headersHaveAtMost256Entries() throws IOException {
    List<DirectoryTable.Link> links = new ArrayList<>();
    for (DirectoryTable.Link link : links(300, 1, 0)) {
      String name = link.name().substring(19);
      links.add(link(name, link.number(), link.reference()));
    }
    assertThat(headers(write(List.of(), links)).values()).containsExactly(256, 44);
  }

  @Test
  void inodeNumbersAreWithin32767OfTheHeader() throws IOException {
    assertThat(headers(write(List.of(), links(5, 32_767, 0))).values()).containsExactly(2, 2, 1);
    assertThat(headers(write(List.of(), links(2, 32_768, 0))).values()).containsExactly(1, 1);
  }

  @Test
  void inodesOfAHeaderLieInOneBlock() throws IOException {
    assertThat(headers(write(List.of(), links(3, 1, 8194))).values()).containsExactly(1, 1, 1);
  }

  private static List<Integer> positions(DirectoryTable.Listing listing) {
    return listing.index().stream()
        .map(entry -> ByteBuffer.wrap(entry.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).getInt())
        .toList();
  }

  /** Follows get_dir_index_using_name of the kernel. */
  @Test
  void indexRefersToTheFirstHeaderOfEachBlock() throws IOException {
    for (int before = 1; before < 270; before++) {
      Written written = write(links(before, 1, 0), links(2000, 1, 0));
      DirectoryTable.Listing listing = written.listing;
      TreeMap<Integer, Integer> firstOfBlock = new TreeMap<>();
      headers(written)
          .keySet()
          .forEach(at -> firstOfBlock.putIfAbsent((listing.offset() + at) / 8192, at));
      assertThat(positions(listing)).containsExactlyElementsOf(firstOfBlock.tailMap(1).values());
      for (LittleEndian entry : listing.index()) {
        ByteBuffer index = ByteBuffer.wrap(entry.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        int position = index.getInt();
        int block = index.getInt();
        byte[] name = new byte[index.getInt() + 1];
        index.get(name);
        assertThat(index.hasRemaining()).isFalse();

        ByteBuffer header = written.at(block, (position + listing.offset()) % 8192);
        assertThat(header.getInt()).isBetween(0, 255);
        header.position(header.position() + 8 + 6);
        byte[] first = new byte[header.getShort() + 1];
        header.get(first);
        assertThat(new String(first, UTF_8)).isEqualTo(new String(name, UTF_8));
      }
    }
  }
}
