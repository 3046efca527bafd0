package linuxkit.boot;

import java.util.function.Function;
import linuxkit.boot.output.ArtefactContent;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.ova.Ova;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.disk.vmdk.SparseVmdk;
import linuxkit.disk.vmdk.StreamOptimizedVmdk;
import linuxkit.disk.vmdk.StreamOptimizedVmdk.Grains;

/** A kind of file that a disk is written into. */
public final class DiskContainer {
  /** The bytes of the disk, which may be compressed as a whole. */
  public static final DiskContainer RAW =
      new DiskContainer("raw", disk -> disk.options().compression().content(disk.image()));

  /** QEMU's, whose clusters may be compressed. */
  public static final DiskContainer QCOW2 = of("qcow2", disk -> new Qcow2(disk.options().qcow2()));

  /** VMware's, of either kind. */
  public static final DiskContainer VMDK = new DiskContainer("vmdk", DiskContainer::vmdk);

  /** A disk and the description of a machine. */
  public static final DiskContainer OVA =
      new DiskContainer(
          "ova",
          disk ->
              shared(disk, (d, grains) -> new Ova(d.machine(), d.id("OVA"), d.created(), grains)));

  static final DiskContainer GCP =
      new DiskContainer(
          "tar.gz",
          disk -> (ArtefactContent.Stream) new GcpImage(disk.image(), disk.time())::writeTo);

  /** Makes a container whose compressed content several artefacts have in common. */
  @FunctionalInterface
  private interface Sharing {
    DiskFormat of(NamedDisk disk, Grains grains);
  }

  private final String name;
  private final Function<NamedDisk, ArtefactContent> content;

  private DiskContainer(String name, Function<NamedDisk, ArtefactContent> content) {
    this.name = name;
    this.content = content;
  }

  /**
   * Makes a container.
   *
   * @param name for people
   * @param format writes the file of a disk
   */
  static DiskContainer of(String name, Function<NamedDisk, DiskFormat> format) {
    return new DiskContainer(
        name, disk -> (ArtefactContent.File) file -> format.apply(disk).write(disk.image(), file));
  }

  private static ArtefactContent shared(NamedDisk disk, Sharing format) {
    return (ArtefactContent.File)
        file -> format.of(disk, disk.disk().grains().in(file)).write(disk.image(), file);
  }

  private static ArtefactContent vmdk(NamedDisk disk) {
    String fileName = disk.name() + ".vmdk";
    return switch (disk.options().vmdk()) {
      case STREAM_OPTIMIZED ->
          shared(disk, (d, grains) -> new StreamOptimizedVmdk(fileName, d.id("VMDK"), grains));
      case MONOLITHIC_SPARSE ->
          (ArtefactContent.File)
              file -> new SparseVmdk(fileName, disk.id("VMDK")).write(disk.image(), file);
    };
  }

  @Override
  public String toString() {
    return name;
  }

  /** Returns the bytes of the file that holds a disk. */
  ArtefactContent content(NamedDisk disk) {
    return content.apply(disk);
  }
}
