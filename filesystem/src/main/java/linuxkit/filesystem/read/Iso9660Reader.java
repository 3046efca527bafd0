package linuxkit.filesystem.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.DeviceNumbers;
import linuxkit.filesystem.archive.TarEntry;

/** Reads an ISO 9660 volume with the names and attributes of Rock Ridge, if it has them. */
public final class Iso9660Reader {
  private static final int SECTOR = 2048;
  private static final int DESCRIPTOR = 16 * SECTOR;
  private static final int ROOT_RECORD = 156;
  private static final int DIRECTORY = 2;
  private static final int CONTINUES = 0x80;

  private final RandomAccessInput in;
  private final Walk walk;

  private Iso9660Reader(RandomAccessInput in, Walk walk) {
    this.in = in;
    this.walk = walk;
  }

  /**
   * Reads all files.
   *
   * @param where for failures
   * @throws FileSystemReadFailure if it is damaged, or not an ISO 9660 volume
   */
  public static void read(RandomAccessInput in, String where, FileVisitor visitor)
      throws IOException {
    Walk walk = new Walk(where, visitor);
    ByteBuffer descriptor = in.little(DESCRIPTOR, SECTOR);
    String magic = new String(Text.bytes(descriptor, 1, 5), StandardCharsets.US_ASCII);
    if (descriptor.get(0) != 1 || !magic.equals("CD001")) {
      throw walk.failure("it is not an ISO 9660 volume", "");
    }
    Iso9660Reader reader = new Iso9660Reader(in, walk);
    reader.directory("", extent(descriptor, ROOT_RECORD), length(descriptor, ROOT_RECORD));
  }

  private static long extent(ByteBuffer bytes, int record) {
    return (bytes.getInt(record + 2) & 0xffff_ffffL) * SECTOR;
  }

  private static long length(ByteBuffer bytes, int record) {
    return bytes.getInt(record + 10) & 0xffff_ffffL;
  }

  private void directory(String path, long at, long length) throws IOException {
    List<InputStream> parts = new ArrayList<>();
    long size = 0;
    for (long sector = 0; sector < length; sector += SECTOR) {
      ByteBuffer records = in.little(at + sector, SECTOR);
      int record = 0;
      while (record < SECTOR && records.get(record) != 0) {
        int end = record + (records.get(record) & 0xff);
        int name = records.get(record + 32) & 0xff;
        if (end > SECTOR || end < record + 33 + name) {
          throw walk.failure("a directory is damaged", path);
        }
        boolean dots = name == 1 && records.get(record + 33) >= 0 && records.get(record + 33) <= 1;
        if (!dots) {
          parts.add(content(records, record, path));
          size += length(records, record);
          if ((records.get(record + 25) & CONTINUES) == 0) {
            InputStream content = new SequenceInputStream(Collections.enumeration(parts));
            file(path, records, record, end, content, size);
            parts = new ArrayList<>();
            size = 0;
          }
        }
        record = end;
      }
    }
  }

  private InputStream content(ByteBuffer records, int record, String path) {
    long length = length(records, record);
    if (length > 0 && extent(records, record) > in.size() - length) {
      throw walk.failure("the content of a file is truncated", path);
    }
    return in.part(extent(records, record), length).stream();
  }

  private void file(
      String directory, ByteBuffer records, int record, int end, InputStream content, long size)
      throws IOException {
    int nameLength = records.get(record + 32) & 0xff;
    String own =
        Text.of(Text.bytes(records, record + 33, nameLength)).replaceFirst("\\.?;[0-9]+$", "");
    int start = record + 33 + nameLength + (nameLength % 2 == 0 ? 1 : 0);
    RockRidgeEntries entries = new RockRidgeEntries(in);
    entries.read(records, Math.min(start, end), end);
    String path = walk.path(directory, entries.name().isEmpty() ? own : entries.name());
    boolean isDirectory = (records.get(record + 25) & DIRECTORY) != 0;
    int mode = entries.mode() == 0 ? (isDirectory ? 0040755 : 0100644) : entries.mode();
    if (entries.uid() > Metadata.MAX_ID || entries.gid() > Metadata.MAX_ID) {
      throw walk.failure("its owner is not valid", path);
    }
    Metadata metadata = Metadata.of(mode & 07777, entries.uid(), entries.gid(), entries.modified());
    switch (mode & 0170000) {
      case 0040000 -> {
        walk.visit(StoredFile.of(path, TarEntry.Type.DIRECTORY, metadata, "", 0));
        directory(path, extent(records, record), length(records, record));
      }
      case 0120000 ->
          walk.visit(StoredFile.of(path, TarEntry.Type.SYMLINK, metadata, entries.target(), 0));
      case 0020000 -> special(path, TarEntry.Type.CHARACTER_DEVICE, metadata, entries);
      case 0060000 -> special(path, TarEntry.Type.BLOCK_DEVICE, metadata, entries);
      case 0010000 -> special(path, TarEntry.Type.FIFO, metadata, entries);
      default -> {
        StoredFile file = StoredFile.of(path, TarEntry.Type.FILE, metadata, "", size);
        if (entries.links() < 2 || !walk.isLink(entries.serial(), file)) {
          walk.visit(file, content);
        }
      }
    }
  }

  private void special(String path, TarEntry.Type type, Metadata metadata, RockRidgeEntries entries)
      throws IOException {
    StoredFile file =
        new StoredFile(
            path, type, metadata, "", new DeviceNumbers(entries.major(), entries.minor()), 0);
    if (entries.links() < 2 || !walk.isLink(entries.serial(), file)) {
      walk.visit(file);
    }
  }
}
