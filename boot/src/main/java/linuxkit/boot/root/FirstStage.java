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
