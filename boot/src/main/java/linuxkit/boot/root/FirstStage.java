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
import linuxkit.base.WorkCache;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.TreeDigest;
import linuxkit.system.manifest.BootComponent;
import linuxkit.system.modules.ModuleChanges;
import linuxkit.system.modules.ModuleSelection;

/**
 * The small initrd of a system whose root is a file system of its own: a program that loads modules
 * and mounts the root, and the modules. A kernel that has all of it built in needs none.
 */
public final class FirstStage {
  private static final String MODULES = "lib/modules";
  // The number is the version of the format, and of what is selected.
  private static final String KIND = "first-stage-1";

  // Patterns all, since few kernels have each of them: buses and disks of virtual machines, those
  // of hypervisors, those of hardware, optical drives.
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
   * @param system which has the modules of the kernel; not changed
   * @param from asked for the program when it is needed
   * @param time of generated files, in seconds since 1970
   * @param cache keeps which modules these are
   * @return the initrd's files; empty when the kernel needs no such initrd
   * @throws LoaderFailure when the kernel cannot read the file system at all
   */
  public static Optional<FileTree> of(
      FileTree system, RootFileSystem root, BootFiles from, long time, WorkCache cache) {
    Optional<FileTree.Entry> version = version(system);
    if (version.isEmpty()) {
      // A kernel without modules has everything built in, or nothing says what it has.
      return Optional.empty();
    }
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, time));
    for (String directory : List.of("lib", MODULES)) {
      tree.put(directory, new Node.Directory(Metadata.of(0755, 0, 0, time)), Origin.NONE);
    }
    copy(version.get(), tree);
    BuiltIn builtIn = BuiltIn.of(version.get());
    List<String> wanted = new ArrayList<>(DRIVERS);
    if (builtIn.isModule(root.module())) {
      wanted.add(root.module());
    } else if (builtIn.isKnown() && !builtIn.has(root.module())) {
      throw new LoaderFailure(
          "the kernel cannot have its root on " + root.type() + ": it has no " + root.module(),
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

  // To find what modules need, each of them is looked into.
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

  /** The folder of the kernel's modules; empty when there is none, or not only one. */
  private static Optional<FileTree.Entry> version(FileTree system) {
    List<FileTree.Entry> versions = ModuleSelection.versions(system);
    return versions.size() == 1 ? Optional.of(versions.getFirst()) : Optional.empty();
  }

  private static void copy(FileTree.Entry from, FileTree to) {
    to.put(from.path(), from.node(), from.origin());
    from.walk(entry -> to.put(entry.path(), entry.node(), entry.origin()));
  }
}
