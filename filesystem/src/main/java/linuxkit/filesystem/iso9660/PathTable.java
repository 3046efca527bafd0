package linuxkit.filesystem.iso9660;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Encodes the path table of a hierarchy (ECMA-119 9.4), in either byte order. */
final class PathTable {
  private static final int HEAD = 8;

  private final List<IsoDirectory> directories;

  PathTable(List<IsoDirectory> directories) {
    this.directories = directories;
  }

  /** Returns the size in bytes. */
  long size() {
    long size = 0;
    for (IsoDirectory directory : directories) {
      size += size(directory);
    }
    return size;
  }

  private static int size(IsoDirectory directory) {
    int length = HEAD + directory.identifier().length;
    return length + (length & 1);
  }

  byte[] write(ByteOrder order) {
    ByteBuffer out = ByteBuffer.allocate((int) size()).order(order);
    for (IsoDirectory directory : directories) {
      int end = out.position() + size(directory);
      out.put((byte) directory.identifier().length);
      out.put((byte) 0);
      out.putInt((int) directory.sector());
      out.putShort((short) directory.parent().number());
      out.put(directory.identifier());
      out.position(end);
    }
    return out.array();
  }
}
