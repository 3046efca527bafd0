package linuxkit.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import linuxkit.base.AtomicFile;

/** An empty qcow2 disk, version 3: header, refcount table and block, L1 table, no data. */
final class Qcow2 {
  private static final int CLUSTER_BITS = 16;
  private static final int CLUSTER = 1 << CLUSTER_BITS;
  private static final int HEADER_LENGTH = 104;

  private Qcow2() {}

  static void create(Path file, long size) throws IOException {
    int entries = Math.toIntExact(Math.ceilDiv(size, 1L << (2 * CLUSTER_BITS - 3)));
    int l1Clusters = Math.ceilDiv(entries * 8, CLUSTER);
    ByteBuffer image = ByteBuffer.allocate((3 + l1Clusters) * CLUSTER);
    image.putInt(0x514649fb).putInt(3).putLong(0).putInt(0);
    image.putInt(CLUSTER_BITS).putLong(size).putInt(0);
    image.putInt(entries).putLong(3 * CLUSTER);
    image.putLong(CLUSTER).putInt(1);
    image.putInt(0).putLong(0);
    image.putLong(0).putLong(0).putLong(0).putInt(4).putInt(HEADER_LENGTH);
    image.position(CLUSTER).putLong(2 * CLUSTER);
    image.position(2 * CLUSTER);
    for (int cluster = 0; cluster < 3 + l1Clusters; cluster++) {
      image.putShort((short) 1);
    }
    AtomicFile.write(file, image.array());
  }
}
