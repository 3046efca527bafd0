package linuxkit.filesystem.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.filesystem.Metadata;

/**
 * Encodes an inode (struct erofs_inode_compact and erofs_inode_extended) with its extended
 * attributes and inline data.
 */
final class InodeEncoder {
  /** The alignment of inodes, in bytes. */
  static final int SLOT = 32;

  private static final int INDEX_ALIGNMENT = 8;
  private static final int COMPACT = 32;
  private static final int EXTENDED = 64;
  private static final int MAX_16 = 0xffff;
  private static final long MAX_32 = 0xffff_ffffL;

  private final long time;
  private final ErofsXattrTable xattrs;

  /**
   * @param time of the image, in seconds since 1970; compact inodes inherit it
   */
  InodeEncoder(long time, ErofsXattrTable xattrs) {
    this.time = time;
    this.xattrs = xattrs;
  }

  /**
   * Returns the size of the inode with its extended attributes, in bytes, for content of this size.
   */
  int headSize(ErofsInode inode, long size) {
    return (isCompact(inode, size) ? COMPACT : EXTENDED) + xattrs.bodySize(inode.metadata());
  }

  private boolean isCompact(ErofsInode inode, long size) {
    Metadata metadata = inode.metadata();
    return metadata.uid() <= MAX_16
        && metadata.gid() <= MAX_16
        && metadata.modified() == time
        && size <= MAX_32
        && inode.links() <= MAX_16;
  }

  /** Returns all bytes of the inode, including inline data. */
  byte[] encode(ErofsInode inode, ErofsFileData data) {
    boolean compact = isCompact(inode, data.size());
    Metadata metadata = inode.metadata();
    byte[] attributes = xattrs.body(metadata);
    int head = (compact ? COMPACT : EXTENDED) + attributes.length;
    if (data.isCompressed()) {
      head = Math.ceilDiv(head, INDEX_ALIGNMENT) * INDEX_ALIGNMENT;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(head + data.inline().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort((short) ((data.layout().code() << 1) | (compact ? 0 : 1)));
    bytes.putShort((short) ErofsXattrTable.count(attributes.length));
    bytes.putShort((short) inode.node().mode());
    if (compact) {
      bytes.putShort((short) inode.links());
      bytes.putInt((int) data.size());
      bytes.putInt(0);
      bytes.putInt((int) data.word());
      bytes.putInt(inode.number());
      bytes.putShort((short) metadata.uid());
      bytes.putShort((short) metadata.gid());
      bytes.putInt(0);
    } else {
      bytes.putShort((short) 0);
      bytes.putLong(data.size());
      bytes.putInt((int) data.word());
      bytes.putInt(inode.number());
      bytes.putInt((int) metadata.uid());
      bytes.putInt((int) metadata.gid());
      bytes.putLong(metadata.modified());
      bytes.putInt(0);
      bytes.putInt(inode.links());
      bytes.putLong(0).putLong(0);
    }
    return bytes.put(attributes).position(head).put(data.inline()).array();
  }
}
