package linuxkit.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.CpioWriter;
import linuxkit.packaging.debian.TemporaryStorage;

/**
 * Makes the archives from which the kernel updates the microcode of x86 processors before it
 * unpacks its initramfs (Linux, Documentation/arch/x86/microcode.rst), out of Debian's packages
 * intel-microcode and amd64-microcode.
 *
 * <p>A vendor's file is its updates one after the other; the kernel takes those for its processor.
 */
final class Microcode {
  /** The archive with the updates of every vendor. */
  static final String ARCHIVE = "ucode.cpio";

  private static final String FOLDER = "kernel/x86/microcode";
  private static final List<Vendor> VENDORS =
      List.of(
          new Vendor("amd-ucode", "", ".bin", "AuthenticAMD.bin"),
          // Named by family, model and stepping, such as 06-55-04.
          new Vendor("intel-ucode", "0", "", "GenuineIntel.bin"));

  private final FileTree packages;
  private final TemporaryStorage storage;

  /**
   * The updates of a vendor.
   *
   * @param folder of Debian's packages, after which the archive is named
   * @param prefix with which the names of updates begin
   * @param suffix with which they end
   * @param file the name that the kernel looks for
   */
  private record Vendor(String folder, String prefix, String suffix, String file) {
    List<Content> updates(FileTree packages) {
      return packages.find("usr/lib/firmware/" + folder).stream()
          .flatMap(entry -> entry.children().stream())
          .filter(entry -> entry.name().startsWith(prefix) && entry.name().endsWith(suffix))
          .map(FileTree.Entry::node)
          .filter(Node.RegularFile.class::isInstance)
          .map(node -> ((Node.RegularFile) node).content())
          .toList();
    }
  }

  Microcode(FileTree packages, TemporaryStorage storage) {
    this.packages = packages;
    this.storage = storage;
  }

  /** Adds an archive for each vendor and one for all, if the packages have any microcode. */
  void addTo(FileTree image) throws IOException {
    FileTree all = empty();
    for (Vendor vendor : VENDORS) {
      List<Content> updates = vendor.updates(packages);
      if (!updates.isEmpty()) {
        Content joined = storage.add(out -> join(updates, out));
        FileTree one = empty();
        put(one, FOLDER + "/" + vendor.file(), joined);
        put(all, FOLDER + "/" + vendor.file(), joined);
        put(image, vendor.folder() + ".cpio", archive(one));
        put(image, ARCHIVE, archive(all));
      }
    }
  }

  private static void join(List<Content> updates, OutputStream out) throws IOException {
    for (Content update : updates) {
      update.writeTo(out);
    }
  }

  private Content archive(FileTree files) throws IOException {
    return storage.add(
        out -> {
          CpioWriter cpio = new CpioWriter(out);
          cpio.addTree(files.root());
          cpio.finish();
        });
  }

  private static FileTree empty() {
    return new FileTree(ComponentTree.metadata(0755));
  }

  private static void put(FileTree tree, String path, Content content) {
    FileInstaller.makeParents(tree, path);
    tree.put(path, new Node.RegularFile(ComponentTree.metadata(0644), content), Origin.NONE);
  }
}
