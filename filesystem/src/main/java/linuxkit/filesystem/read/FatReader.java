package linuxkit.filesystem.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import linuxkit.base.io.BlockInput;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.TarEntry;

/** Reads a FAT12, FAT16 or FAT32 volume (Microsoft, FAT File System Specification). */
public final class FatReader {
  private static final int ENTRY = 32;
  private static final int LONG_NAME = 0x0f;
  private static final int VOLUME = 0x08;
  private static final int DIRECTORY = 0x10;
  // 20 entries of 13 characters.
  private static final int LONGEST_NAME = 260;
  private static final int DELETED = 0xe5;
  // The places of the characters of a long name in an entry.
  private static final int[] CHARACTERS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

  private final RandomAccessInput in;
  private final Walk walk;
  private final Set<Integer> directories = new HashSet<>();
  private final int clusterSize;
  private final long table;
  private final long data;
  private final long clusters;
  private final int bits;

  private FatReader(RandomAccessInput in, Walk walk) throws IOException {
    this.in = in;
    this.walk = walk;
    ByteBuffer boot = in.little(0, 512);
    int sector = boot.getShort(11) & 0xffff;
    int perCluster = boot.get(13) & 0xff;
    if ((boot.getShort(510) & 0xffff) != 0xaa55
        || Integer.bitCount(sector) != 1
        || sector < 512
        || sector > 4096
        || Integer.bitCount(perCluster) != 1) {
      throw walk.failure("it is not a FAT volume", "");
    }
    clusterSize = sector * perCluster;
    table = (boot.getShort(14) & 0xffffL) * sector;
    long tableSectors = boot.getShort(22) == 0 ? boot.getInt(36) : boot.getShort(22) & 0xffff;
    long rootAt = table + (boot.get(16) & 0xff) * tableSectors * sector;
    long rootSize = (boot.getShort(17) & 0xffffL) * ENTRY;
    data = rootAt + Math.ceilDiv(rootSize, sector) * sector;
    long sectors =
        boot.getShort(19) == 0 ? boot.getInt(32) & 0xffff_ffffL : boot.getShort(19) & 0xffff;
    clusters = (sectors * sector - data) / clusterSize;
    bits = clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32;
    try (InputStream root =
        bits == 32 ? new Chain(boot.getInt(44)) : in.part(rootAt, rootSize).stream()) {
      directory("", root);
    }
  }

  /**
   * Reads all files.
   *
   * @param where for failures
   * @throws FileSystemReadFailure if it is damaged, or not a FAT volume
   */
  public static void read(RandomAccessInput in, String where, FileVisitor visitor)
      throws IOException {
    new FatReader(in, new Walk(where, visitor));
  }

  private void directory(String path, InputStream entries) throws IOException {
    StringBuilder longName = new StringBuilder();
    for (byte[] bytes = entries.readNBytes(ENTRY);
        bytes.length == ENTRY && bytes[0] != 0;
        bytes = entries.readNBytes(ENTRY)) {
      int first = bytes[0] & 0xff;
      int attributes = bytes[11];
      if (first == DELETED) {
        longName.setLength(0);
      } else if ((attributes & LONG_NAME) == LONG_NAME) {
        longName.insert(0, part(bytes));
        if (longName.length() > LONGEST_NAME) {
          throw walk.failure("a name is longer than 255 characters", path);
        }
      } else if ((attributes & VOLUME) == 0) {
        String name = longName.isEmpty() ? shortName(bytes) : longName.toString();
        longName.setLength(0);
        if (!name.equals(".") && !name.equals("..")) {
          file(walk.path(path, name), ByteBuffer.wrap(bytes), attributes);
        }
      }
    }
  }

  private void file(String path, ByteBuffer entry, int attributes) throws IOException {
    entry.order(ByteOrder.LITTLE_ENDIAN);
    int cluster = ((entry.getShort(20) & 0xffff) << 16) | (entry.getShort(26) & 0xffff);
    if ((attributes & DIRECTORY) != 0) {
      // Two names for a directory, in one that has two names, and so on, would double the files.
      if (!directories.add(cluster)) {
        throw walk.failure("a directory is in two places", path);
      }
      walk.visit(StoredFile.of(path, TarEntry.Type.DIRECTORY, Metadata.of(0755, 0, 0, 0), "", 0));
      try (InputStream entries = new Chain(cluster)) {
        directory(path, entries);
      }
      return;
    }
    long size = entry.getInt(28) & 0xffff_ffffL;
    StoredFile file = StoredFile.of(path, TarEntry.Type.FILE, Metadata.of(0644, 0, 0, 0), "", size);
    try (InputStream content = new Limited(new Chain(cluster), size)) {
      walk.visit(file, content);
    }
  }

  private static String part(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int at : CHARACTERS) {
      char c = (char) ((bytes[at] & 0xff) | ((bytes[at + 1] & 0xff) << 8));
      if (c == 0 || c == 0xffff) {
        break;
      }
      text.append(c);
    }
    return text.toString();
  }

  private static String shortName(byte[] bytes) {
    String base = new String(bytes, 0, 8, StandardCharsets.ISO_8859_1).stripTrailing();
    String extension = new String(bytes, 8, 3, StandardCharsets.ISO_8859_1).stripTrailing();
    int lower = bytes[12];
    return ((lower & 8) != 0 ? base.toLowerCase(Locale.ROOT) : base)
        + (extension.isEmpty() ? "" : ".")
        + ((lower & 16) != 0 ? extension.toLowerCase(Locale.ROOT) : extension);
  }

  private long next(long cluster) throws IOException {
    if (bits == 12) {
      int word = in.little(table + cluster * 3 / 2, 2).getShort() & 0xffff;
      int next = (cluster & 1) == 1 ? word >> 4 : word & 0xfff;
      return next >= 0xff8 ? -1 : next;
    }
    if (bits == 16) {
      int next = in.little(table + cluster * 2, 2).getShort() & 0xffff;
      return next >= 0xfff8 ? -1 : next;
    }
    int next = in.little(table + cluster * 4, 4).getInt() & 0xfff_ffff;
    return next >= 0xfff_fff8 ? -1 : next;
  }

  /** The bytes of a chain of clusters. */
  private final class Chain extends BlockInput {
    private long cluster;
    private int offset;
    private long seen;

    Chain(long first) {
      this.cluster = first == 0 ? -1 : first;
    }

    @Override
    protected int readBlock(byte[] bytes, int at, int length) throws IOException {
      if (cluster >= 0 && offset == clusterSize) {
        cluster = next(cluster);
        offset = 0;
        if (++seen > clusters) {
          throw walk.failure("a chain of clusters has no end", "");
        }
      }
      if (cluster < 0) {
        return -1;
      }
      if (cluster < 2 || cluster >= clusters + 2) {
        throw walk.failure("a chain of clusters is damaged", "");
      }
      int n = Math.min(length, clusterSize - offset);
      in.read(data + (cluster - 2) * clusterSize + offset, bytes, at, n);
      offset += n;
      return n;
    }
  }

  /** The first bytes of a stream, which must have them. */
  private static final class Limited extends BlockInput {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    protected int readBlock(byte[] bytes, int at, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(bytes, at, (int) Math.min(length, left));
      if (n < 0) {
        throw new EOFException("a file of the FAT volume is truncated");
      }
      left -= n;
      return n;
    }
  }
}
