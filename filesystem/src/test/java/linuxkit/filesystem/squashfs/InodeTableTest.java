package linuxkit.filesystem.squashfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in file systems that are too large to write in a test. */
class InodeTableTest {
  @ParameterizedTest
  @CsvSource({"4294967295, 2, 4294967295", "4294967296, 9, 0"})
  void filesBehindFourGibibytesHaveTheLongForm(long start, int type, long low) throws IOException {
    FileTree tree = SquashfsImages.emptyTree();
    byte[] content = new byte[4096];
    content[0] = 1;
    Trees.put(tree, "f", Trees.file(content, tree.root().node().metadata()));
    Inventory inventory = Inventory.of(tree, content.length);
    FileData data = new FileData(content.length, 1);
    data.stored(0, start, 99);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockCompressor compressor = SquashfsImages.uncompressed()) {
      InodeTable table =
          new InodeTable(
              compressor,
              new DirectoryTable(compressor),
              new XattrTable(compressor),
              inventory,
              _ -> data);
      table.write(1);
      PositionTrackingOutput body = new PositionTrackingOutput(out, 0);
      table.finish(body);
      body.flush();
    }
    ByteBuffer inode = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(inode.getShort(2)).isEqualTo((short) type);
    assertThat(Integer.toUnsignedLong(inode.getInt(18))).isEqualTo(low);
    if (type == 9) {
      assertThat(inode.getLong(18)).isEqualTo(start);
      assertThat(inode.getLong(26)).isEqualTo(4096);
    }
    assertThat(inode.getInt(inode.limit() - 4)).isEqualTo(99);
  }
}
