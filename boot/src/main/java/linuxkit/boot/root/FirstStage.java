package linuxkit.boot.root;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.TreeDigest;
import linuxkit.system.manifest.BootComponent;
import linuxkit.system.modules.ModuleChanges;
import linuxkit.system.modules.ModuleSelection;

/**
 * Selects the files of the first stage, a small initrd for a system with a separate root file
 * system: a program that loads modules and mounts the root, and the modules. A kernel with all
 * drivers built in needs none.
 */
public final class FirstStage {
  private static final String MODULES = "lib/modules";

  /** The path of a root that is an image in the initrd. */
  public static final String IMAGE = "root.erofs";

  private static final List<String> IMAGE_DRIVERS = List.of("loop", "erofs");
  // The number is the version of both the format and the selection.
  private static final String KIND = "first-stage-1";

  // Patterns, which unlike names may match no module: drivers of virtual machines, hypervisors,
  // hardware and optical drives.
  private static final List<String> DRIVERS =
      List.of(
          "virtio_pc?",
          "virtio_mmi?",
          "virtio_bl?",
          "virtio_scs?",
          "hv_storvs?",
          "hv_vmbu?",
          "pci_hyper?",
          "vmw_pvscs?",
          "xen_blkfron?",
          "mpts?s",
          "mptsp?",
          "ahc?",
          "ata_pii?",
          "ata_generi?",
          "nvm?",
          "sd_mo?",
          "usb_storag?",
          "ua?",
          "xhci_pc?",
          "ehci_pc?",
          "mmc_bloc?",
          "sdhci_pc?",
          "sdhci_ipro?",
          "bcm283?",
          "sr_mo?");

  private FirstStage() {}

  /**
   * Selects the files.
   *
   * @param system contains the kernel's modules; not changed
   * @param from asked for the program if it is needed
   * @param time of generated files, in seconds since 1970
   * @param cache keeps the selection
   * @return the initrd's files; empty if the kernel needs no first stage
   * @throws LoaderFailure if the kernel cannot read the file system at all
   */
  public static Optional<FileTree> of(
      FileTree system, RootFileSystem root, BootFiles from, long time, WorkCache cache) {
    Optional<FileTree.Entry> version = version(system);
    if (version.isEmpty()) {
      // Without modules, everything is built in, or there is no way to know.
      return Optional.empty();
    }
    FileTree tree = treeOf(version.get(), time);
    BuiltIn builtIn = BuiltIn.of(version.get());
    List<String> wanted = new ArrayList<>(DRIVERS);
    if (builtIn.isModule(root.module())) {
      wanted.add(root.module());
    } else if (builtIn.isKnown() && !builtIn.has(root.module())) {
      throw new LoaderFailure(
          "the kernel cannot mount "
              + root.type()
              + " as its root: the driver "
              + root.module()
              + " is missing",
          "",
          "add " + root.module() + " to kernel.modules, or use another kernel or format");
    }
    selectModules(tree, version.get().path(), wanted, cache);
    if (!BuiltIn.of(tree.find(version.get().path()).orElseThrow()).hasModules()) {
      return Optional.empty();
    }
    FileTree program = from.of(BootComponent.FIRST_STAGE);
    copy(program.root(), tree);
    return Optional.of(tree);
  }

  /**
   * Selects the files of a first stage that mounts a root which is an EROFS in the same initrd.
   *
   * @param system contains the kernel's modules; not changed
   * @param from asked for the program
   * @param time of generated files, in seconds since 1970
   * @param cache keeps the selection of modules
   * @return the initrd's files
   * @throws LoaderFailure if the kernel lacks a driver
   */
  public static FileTree withImage(
      FileTree system, Content image, BootFiles from, long time, WorkCache cache) {
    Optional<FileTree.Entry> version = version(system);
    FileTree tree =
        version
            .map(folder -> treeOf(folder, time))
            .orElseGet(() -> new FileTree(Metadata.of(0755, 0, 0, time)));
    if (version.isPresent()) {
      BuiltIn builtIn = BuiltIn.of(version.get());
      for (String driver : IMAGE_DRIVERS) {
        if (builtIn.isKnown() && !builtIn.has(driver) && !builtIn.isModule(driver)) {
          throw new LoaderFailure(
              "the kernel cannot mount a root in the initrd: the driver " + driver + " is missing",
              "",
              "add " + driver + " to kernel.modules, or use --initrd-compression zstd");
        }
      }
      List<String> wanted = IMAGE_DRIVERS.stream().filter(builtIn::isModule).toList();
      selectModules(tree, version.get().path(), wanted, cache);
    }
    copy(from.of(BootComponent.FIRST_STAGE).root(), tree);
    // An archive of its own, as the program and the modules change less often.
    tree.put(
        IMAGE,
        new Node.RegularFile(Metadata.of(0400, 0, 0, time), image),
        new Origin("the compressed root", "", IMAGE));
    return tree;
  }

  private static FileTree treeOf(FileTree.Entry version, long time) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, time));
    for (String directory : List.of("lib", MODULES)) {
      tree.put(directory, new Node.Directory(Metadata.of(0755, 0, 0, time)), Origin.NONE);
    }
    copy(version, tree);
    return tree;
  }

  // Cached, since finding dependencies means reading every module.
  private static void selectModules(
      FileTree tree, String directory, List<String> wanted, WorkCache cache) {
    byte[] key = TreeDigest.of(tree, KIND + " " + String.join(" ", wanted));
    try {
      byte[] kept =
          cache.bytes(
              KIND,
              HexFormat.of().formatHex(key),
              to -> {
                DataOutputStream out = new DataOutputStream(to);
                ModuleSelection.changes(tree, directory, wanted, _ -> "").write(out);
                out.flush();
              });
      ModuleChanges.read(new DataInputStream(new ByteArrayInputStream(kept)))
          .apply(tree, directory);
    } catch (IOException e) {
      throw FileFailure.of("cannot read which modules the initrd needs", e);
    }
  }

  /** Returns the folder of the kernel's modules; empty if there is none, or more than one. */
  private static Optional<FileTree.Entry> version(FileTree system) {
    List<FileTree.Entry> versions = ModuleSelection.versions(system);
    return versions.size() == 1 ? Optional.of(versions.getFirst()) : Optional.empty();
  }

  private static void copy(FileTree.Entry from, FileTree to) {
    to.put(from.path(), from.node(), from.origin());
    from.walk(entry -> to.put(entry.path(), entry.node(), entry.origin()));
  }
}
