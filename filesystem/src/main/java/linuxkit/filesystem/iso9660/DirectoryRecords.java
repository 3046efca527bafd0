package linuxkit.filesystem.iso9660;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/** Encodes directories (ECMA-119 6.8.1 and 9.1). */
final class DirectoryRecords {
  private static final int HEAD = 33;

  /** The length of a record fits a byte and is even. */
  private static final int MAX_RECORD = 254;

  private static final int DIRECTORY = 2;
  private static final int MULTI_EXTENT = 0x80;
  private static final byte[] SELF = {0};
  private static final byte[] PARENT = {1};

  private final Hierarchy hierarchy;
  private final Inodes inodes;
  private final FileExtents files;

  DirectoryRecords(Hierarchy hierarchy, Inodes inodes, FileExtents files) {
    this.hierarchy = hierarchy;
    this.inodes = inodes;
    this.files = files;
  }

  /**
   * Sets the number of sectors of a directory, which does not depend on any positions.
   *
   * @param members of the directory
   */
  void measure(IsoDirectory directory, List<IsoDirectory.Member> members) {
    SectorPacker elsewhere = new SectorPacker();
    long records = SectorPacker.count(records(directory, members, elsewhere).bytes().length);
    directory.measure(records, records + SectorPacker.count(elsewhere.bytes().length));
  }

  /** Returns the records of a directory, followed by their continuation areas, in whole sectors. */
  byte[] write(IsoDirectory directory) {
    SectorPacker elsewhere = new SectorPacker();
    byte[] records = records(directory, directory.members(), elsewhere).bytes();
    byte[] rest = elsewhere.bytes();
    return ByteBuffer.allocate(records.length + rest.length).put(records).put(rest).array();
  }

  private SectorPacker records(
      IsoDirectory directory, List<IsoDirectory.Member> members, SectorPacker elsewhere) {
    SystemUse.Areas areas =
        area -> {
          int at = elsewhere.add(area);
          return new SystemUse.Place(
              directory.sector() + directory.records() + at / SectorPacker.SIZE,
              at % SectorPacker.SIZE);
        };
    SectorPacker records = new SectorPacker();
    records.add(dots(directory, SELF, directory.isRoot(), areas));
    records.add(dots(directory.parent(), PARENT, false, areas));
    Iterator<IsoDirectory> directories = directory.directories().iterator();
    for (IsoDirectory.Member member : members) {
      FileTree.Entry entry = member.entry();
      byte[] identifier = member.identifier().bytes(hierarchy, member.isDirectory());
      List<byte[]> use = use(entry, true);
      if (member.isDirectory()) {
        IsoDirectory below = directories.next();
        records.add(record(below.sector(), size(below), entry, DIRECTORY, identifier, use, areas));
      } else if (entry.node() instanceof Node.RegularFile file) {
        addFile(file, entry, identifier, use, records, areas);
      } else {
        records.add(record(0, 0, entry, 0, identifier, use, areas));
      }
    }
    return records;
  }

  /** Writes a record for each section of a file that is too large for one (section 6.5.1). */
  private void addFile(
      Node.RegularFile file,
      FileTree.Entry entry,
      byte[] identifier,
      List<byte[]> use,
      SectorPacker records,
      SystemUse.Areas areas) {
    long sector = files.sector(file);
    long left = file.content().size();
    do {
      long length = Math.min(left, FileExtents.MAX_SECTION);
      left -= length;
      int flags = left > 0 ? MULTI_EXTENT : 0;
      records.add(record(sector, length, entry, flags, identifier, use, areas));
      sector += SectorPacker.count(length);
    } while (left > 0);
  }

  private byte[] dots(
      IsoDirectory directory, byte[] identifier, boolean first, SystemUse.Areas areas) {
    List<byte[]> use = new ArrayList<>();
    if (first && hierarchy == Hierarchy.PRIMARY) {
      use.add(RockRidge.indicator());
    }
    use.addAll(use(directory.entry(), false));
    if (first && hierarchy == Hierarchy.PRIMARY) {
      use.add(RockRidge.reference());
    }
    return record(
        directory.sector(), size(directory), directory.entry(), DIRECTORY, identifier, use, areas);
  }

  private List<byte[]> use(FileTree.Entry entry, boolean named) {
    return hierarchy == Hierarchy.PRIMARY ? RockRidge.entries(entry, inodes, named) : List.of();
  }

  private static long size(IsoDirectory directory) {
    return directory.records() * SectorPacker.SIZE;
  }

  private static byte[] record(
      long sector,
      long length,
      FileTree.Entry entry,
      int flags,
      byte[] identifier,
      List<byte[]> use,
      SystemUse.Areas areas) {
    int head = even(HEAD + identifier.length);
    byte[] fitted = SystemUse.fit(use, MAX_RECORD - head, areas);
    ByteBuffer out = ByteBuffer.allocate(even(head + fitted.length)).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) out.capacity());
    out.put((byte) 0);
    IsoFields.both32(out, sector);
    IsoFields.both32(out, length);
    IsoFields.shortTime(out, entry.node().metadata().modified());
    out.put((byte) flags);
    out.putShort((short) 0);
    IsoFields.both16(out, 1);
    out.put((byte) identifier.length);
    out.put(identifier);
    out.position(head);
    out.put(fitted);
    return out.array();
  }

  private static int even(int length) {
    return length + (length & 1);
  }

  /** Returns the record of the root directory in a volume descriptor. */
  static byte[] root(IsoDirectory root) {
    SystemUse.Areas none =
        _ -> {
          throw new IllegalStateException("unexpected continuation area");
        };
    return record(root.sector(), size(root), root.entry(), DIRECTORY, SELF, List.of(), none);
  }
}
