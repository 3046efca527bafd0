package linuxkit.filesystem.iso9660;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * Assigns positions to descriptors, boot catalog, path tables, directories, files and boot images.
 */
final class IsoLayout {
  private static final long MAX_SECTORS = 0xffff_ffffL;

  private final FileTree tree;
  private final IsoOptions options;
  private final FileExtents files;
  private final List<Extent> bootExtents = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final long catalog;
  private long next = VolumeDescriptors.FIRST_SECTOR;

  /** The parts of one hierarchy. */
  private record Part(
      Hierarchy hierarchy,
      List<IsoDirectory> directories,
      DirectoryRecords records,
      VolumeDescriptors.Tables tables) {}

  IsoLayout(FileTree tree, IsoOptions options) {
    this.tree = tree;
    this.options = options;
    this.files = new FileExtents(tree, tabled());
    boolean boots = !options.boot().isEmpty();
    // One for each hierarchy, a terminator, and one that refers to the catalog.
    take(Hierarchy.values().length + 1 + (boots ? 1 : 0));
    catalog = take(boots ? 1 : 0);
    Inodes inodes = new Inodes(tree);
    for (Hierarchy hierarchy : Hierarchy.values()) {
      DirectoryRecords records = new DirectoryRecords(hierarchy, inodes, files);
      List<IsoDirectory> directories = IsoDirectory.all(tree, hierarchy, records);
      PathTable table = new PathTable(directories);
      long sectors = SectorPacker.count(table.size());
      VolumeDescriptors.Tables tables =
          new VolumeDescriptors.Tables(table, take(sectors), take(sectors), directories.getFirst());
      for (IsoDirectory directory : directories) {
        directory.lieAt(take(directory.sectors()));
      }
      parts.add(new Part(hierarchy, directories, records, tables));
    }
    files.lieAt(take(files.count()));
    for (BootEntry entry : options.boot()) {
      bootExtents.add(place(entry));
    }
  }

  private long take(long sectors) {
    long first = next;
    next += sectors;
    return first;
  }

  private Set<Node.RegularFile> tabled() {
    Set<Node.RegularFile> tabled = Collections.newSetFromMap(new IdentityHashMap<>());
    for (BootEntry entry : options.boot()) {
      if (entry.bootInfoTable() && entry.image() instanceof BootEntry.Image.InTree file) {
        Node.RegularFile loader = file(file.path());
        BootInfoTable.check(loader.content(), file.path());
        tabled.add(loader);
      }
    }
    return tabled;
  }

  private Node.RegularFile file(String path) {
    return tree.find(path)
        .map(FileTree.Entry::node)
        .filter(Node.RegularFile.class::isInstance)
        .map(Node.RegularFile.class::cast)
        .filter(file -> file.content().size() > 0)
        .orElseThrow(
            () ->
                new IsoFailure(
                    "the boot image is missing",
                    path,
                    "add the file, or choose other boot options"));
  }

  private Extent place(BootEntry entry) {
    return switch (entry.image()) {
      case BootEntry.Image.InTree inTree -> extent(file(inTree.path()));
      case BootEntry.Image.Beside beside -> {
        long size = beside.image().size();
        yield new Extent(take(SectorPacker.count(size)) * SectorPacker.SIZE, size);
      }
    };
  }

  private Extent extent(Node.RegularFile file) {
    return new Extent(files.sector(file) * SectorPacker.SIZE, file.content().size());
  }

  Optional<Extent> extent(String path) {
    return tree.find(path)
        .map(FileTree.Entry::node)
        .filter(node -> node instanceof Node.RegularFile file && file.content().size() > 0)
        .map(node -> extent((Node.RegularFile) node));
  }

  List<Extent> bootExtents() {
    return Collections.unmodifiableList(bootExtents);
  }

  SparseImage image() {
    SparseImage.Builder image = SparseImage.builder();
    long needed = next * SectorPacker.SIZE + options.reserve();
    long size = Math.ceilDiv(needed, options.multiple()) * options.multiple();
    if (size / SectorPacker.SIZE > MAX_SECTORS) {
      throw new IsoFailure(
          "an ISO image must be smaller than 8 TiB, not " + size + " bytes",
          "",
          "remove files, or use another format");
    }
    putDescriptors(image, size / SectorPacker.SIZE);
    for (Part part : parts) {
      PathTable table = part.tables.table();
      put(image, part.tables.littleEndian(), table.write(ByteOrder.LITTLE_ENDIAN));
      put(image, part.tables.bigEndian(), table.write(ByteOrder.BIG_ENDIAN));
      for (IsoDirectory directory : part.directories) {
        image.put(
            directory.sector() * SectorPacker.SIZE,
            directory.sectors() * SectorPacker.SIZE,
            out -> out.write(part.records.write(directory)));
      }
    }
    files.put(image);
    for (int i = 0; i < bootExtents.size(); i++) {
      if (options.boot().get(i).image() instanceof BootEntry.Image.Beside beside) {
        image.put(bootExtents.get(i).offset(), beside.image());
      }
    }
    return image.build(size);
  }

  private void putDescriptors(SparseImage.Builder image, long sectors) {
    long sector = VolumeDescriptors.FIRST_SECTOR;
    for (Part part : parts) {
      put(image, sector++, VolumeDescriptors.of(part.hierarchy, options, sectors, part.tables));
      // El Torito section 2.0 requires its descriptor to be the second.
      if (part.hierarchy == Hierarchy.PRIMARY && !options.boot().isEmpty()) {
        put(image, sector++, BootCatalog.descriptor(catalog));
        put(image, catalog, BootCatalog.catalog(options.boot(), bootExtents));
      }
    }
    put(image, sector, VolumeDescriptors.terminator());
  }

  private static void put(SparseImage.Builder image, long sector, byte[] bytes) {
    image.put(sector * SectorPacker.SIZE, bytes);
  }
}
