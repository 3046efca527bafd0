package linuxkit.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.files.ModuleIndexer;
import org.tukaani.xz.XZInputStream;

/**
 * Makes a kernel image (specification of the guest, 11.1) from the files of a Debian kernel
 * package: the kernel, a tar of its modules and device trees, its configuration, and microcode if
 * there are packages with any.
 *
 * <p>Modules are decompressed. That makes a compressed initrd smaller and saves time at boot. Their
 * signatures are inside them and remain valid.
 */
final class KernelTree {
  /** The path of the archive of modules in a kernel image. */
  static final String ARCHIVE = "kernel.tar";

  private static final String MODULES = "usr/lib/modules";
  private static final String DEVICE_TREES = "usr/lib/linux-image-";
  private static final Pattern RASPBERRY_PI = Pattern.compile("bcm[0-9]+-rpi-.*\\.dtb");
  private static final int XZ_MEMORY_KIB = 128 << 10;
  private static final int LARGEST_MODULE = 128 << 20;

  private static final int ARM64_HEADER = 64;
  private static final int ARM64_MAGIC_OFFSET = 56;
  private static final int ARM64_MAGIC = 0x644d5241; // "ARM\x64"

  private final Path buildFile;
  private final ModuleIndexer indexer;
  private final TemporaryStorage storage;

  KernelTree(Path buildFile, ModuleIndexer indexer, TemporaryStorage storage) {
    this.buildFile = buildFile;
    this.indexer = indexer;
    this.storage = storage;
  }

  /**
   * Makes the files of the image.
   *
   * @param copyrights paths of copyright files and links to them; they go into the image, and into
   *     the archive too, because that is what becomes part of a system
   */
  FileTree of(FileTree packages, Collection<String> copyrights) {
    String version = version(packages);
    FileTree tree = new FileTree(ComponentTree.metadata(0755));
    put(tree, "kernel.config", file(packages, "boot/config-" + version).content());
    try {
      put(tree, "kernel", packed(file(packages, kernel(packages, version)).content()));
      new Microcode(packages, storage).addTo(tree);
      FileTree modules = modules(packages, version);
      // Indexed once here, so that a system with all modules need not do it.
      indexer.index(modules, "lib/modules/" + version);
      addDeviceTrees(packages, version, modules);
      for (String path : copyrights) {
        Node node = packages.find(path).orElseThrow().node();
        for (FileTree each : List.of(tree, modules)) {
          FileInstaller.makeParents(each, path);
          each.put(path, node, Origin.NONE);
        }
      }
      put(
          tree,
          ARCHIVE,
          storage.add(
              out -> {
                TarWriter tar = new TarWriter(out);
                tar.addTree(modules, TarWriter.NO_RECORDS);
                tar.finish();
              }));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the kernel and its modules", buildFile, e);
    }
    return tree;
  }

  private String version(FileTree packages) {
    List<String> versions =
        packages.find(MODULES).stream()
            .flatMap(entry -> entry.children().stream())
            .map(FileTree.Entry::name)
            .filter(name -> packages.find(kernel(packages, name)).isPresent())
            .toList();
    if (versions.size() != 1) {
      throw PackageFailure.kernel(
          buildFile,
          versions.isEmpty()
              ? "there is no kernel with modules"
              : "there are several kernels: " + versions);
    }
    return versions.getFirst();
  }

  /** Returns the path of a kernel, which Debian calls vmlinux if it does not unpack itself. */
  private static String kernel(FileTree packages, String version) {
    String plain = "boot/vmlinux-" + version;
    return packages.find(plain).isPresent() ? plain : "boot/vmlinuz-" + version;
  }

  private Node.RegularFile file(FileTree packages, String path) {
    Optional<FileTree.Entry> entry = packages.find(path);
    if (entry.isEmpty() || !(entry.get().node() instanceof Node.RegularFile file)) {
      throw PackageFailure.kernel(buildFile, "/" + path + " is missing");
    }
    return file;
  }

  private static void put(FileTree tree, String path, Content content) {
    tree.put(path, new Node.RegularFile(ComponentTree.metadata(0644), content), Origin.NONE);
  }

  /**
   * Compresses an arm64 Image into the Image.gz that boot loaders and QEMU also accept (Linux,
   * Documentation/arch/arm64/booting.rst); returns any other kernel unchanged. That of riscv64 is
   * not compressed either, but QEMU does not unpack it.
   */
  private Content packed(Content kernel) throws IOException {
    try (InputStream in = kernel.open()) {
      byte[] header = in.readNBytes(ARM64_HEADER);
      if (header.length < ARM64_HEADER
          || ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(ARM64_MAGIC_OFFSET)
              != ARM64_MAGIC) {
        return kernel;
      }
    }
    return storage.add(
        out -> {
          GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16);
          kernel.writeTo(gzip);
          gzip.finish();
        });
  }

  private FileTree modules(FileTree packages, String version) throws IOException {
    FileTree modules = new FileTree(ComponentTree.metadata(0755));
    String from = MODULES + "/" + version;
    String to = "lib/modules/" + version;
    FileInstaller.makeParents(modules, to + "/");
    packages
        .find(from)
        .orElseThrow()
        .<IOException>walk(
            entry -> {
              String path = to + entry.path().substring(from.length());
              if (entry.node() instanceof Node.RegularFile file && path.endsWith(".ko.xz")) {
                modules.put(
                    path.substring(0, path.length() - ".xz".length()),
                    decompress(file),
                    Origin.NONE);
              } else if (!(entry.node() instanceof Node.Symlink)) {
                // The links lead to headers and sources, which a system does not have.
                modules.put(path, entry.node(), Origin.NONE);
              }
            });
    return modules;
  }

  /** Adds the device trees of the supported boards only; Debian has a thousand for arm64. */
  private static void addDeviceTrees(FileTree packages, String version, FileTree to) {
    packages.find(DEVICE_TREES + version + "/broadcom").stream()
        .flatMap(folder -> folder.children().stream())
        .filter(entry -> RASPBERRY_PI.matcher(entry.name()).matches())
        .forEach(
            entry -> {
              String path = "boot/dtb/broadcom/" + entry.name();
              FileInstaller.makeParents(to, path);
              to.put(path, entry.node(), Origin.NONE);
            });
  }

  private Node decompress(Node.RegularFile module) throws IOException {
    Metadata metadata = module.metadata();
    try (InputStream in = new XZInputStream(module.content().open(), XZ_MEMORY_KIB)) {
      return new Node.RegularFile(
          metadata,
          storage.add(
              out -> {
                byte[] chunk = new byte[1 << 16];
                long size = 0;
                for (int n; (n = in.read(chunk)) >= 0; size += n) {
                  if (size > LARGEST_MODULE) {
                    throw new IOException("a module larger than " + LARGEST_MODULE + " bytes");
                  }
                  out.write(chunk, 0, n);
                }
              }));
    }
  }
}
