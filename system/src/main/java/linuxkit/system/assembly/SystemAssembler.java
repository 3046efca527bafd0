package linuxkit.system.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Reference;
import linuxkit.system.kernel.KernelChecks;
import linuxkit.system.kernel.KernelConfig;
import linuxkit.system.manifest.FileEntry;
import linuxkit.system.manifest.Kernel;
import linuxkit.system.manifest.NamedImage;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.manifest.Volume;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.tree.ApkDatabase;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.ImageFiles;
import linuxkit.system.tree.OciLayoutWriter;
import linuxkit.system.tree.PlacementListener;
import linuxkit.system.tree.TreeBuilder;

/** Assembles a system: the tree that unpacking LinuxKit's tar archive of it would give. */
public final class SystemAssembler {
  private static final Pattern IN_MEMORY = Pattern.compile("^(var|run|tmp)/");

  private final SystemManifest manifest;
  private final SystemImages images;
  private final AssemblyOptions options;
  private final Progress progress;
  private final TreeBuilder builder;
  private final ImageChecks checks;
  private final Optional<Kernel> kernel;
  private final List<ImagePart> parts = new ArrayList<>();
  private Optional<KernelConfig> kernelConfig = Optional.empty();

  private SystemAssembler(
      FoundImages found,
      SystemImages images,
      AssemblyOptions options,
      Progress progress,
      PlacementListener placements) {
    this.manifest = found.manifest();
    this.images = images;
    this.options = options;
    this.progress = progress;
    this.builder = new TreeBuilder(options.modified(), manifest::position, progress, placements);
    this.checks = new ImageChecks(found.platform(), progress);
    this.kernel = manifest.kernel().map(only -> hardened(only, found));
  }

  /**
   * Lays the files of the images and the generated ones over each other: kernel, init images,
   * volumes, containers, files, bills of materials.
   *
   * @param progress gets a message for each step, and a warning for whatever may be wrong although
   *     it can be built
   * @throws linuxkit.base.Failure if an image cannot be read or cannot be part of the system; all
   *     mistakes in the configuration of containers are reported at once
   */
  public static SystemTree assemble(FoundImages found, AssemblyOptions options, Progress progress) {
    return assemble(found, options, progress, PlacementListener.NONE);
  }

  /**
   * Assembles a system, and reports the images that its files come from.
   *
   * @param parts gets them once all are known, in the order of the system
   */
  public static SystemTree assemble(
      FoundImages found,
      AssemblyOptions options,
      Progress progress,
      Consumer<List<ImagePart>> parts) {
    try (SystemImages images = new SystemImages(found)) {
      SystemAssembler assembler =
          new SystemAssembler(found, images, options, progress, PlacementListener.NONE);
      SystemTree system = assembler.assemble();
      parts.accept(List.copyOf(assembler.parts));
      return system;
    }
  }

  /** Assembles a system, and reports every file that is placed in it. */
  public static SystemTree assemble(
      FoundImages found, AssemblyOptions options, Progress progress, PlacementListener placements) {
    try (SystemImages images = new SystemImages(found)) {
      return new SystemAssembler(found, images, options, progress, placements).assemble();
    }
  }

  private SystemTree assemble() {
    ContainerStep containers = new ContainerStep(manifest, images, checks, builder, progress);
    containers.configure(options.labels());
    kernel.ifPresent(
        only -> {
          kernelConfig = new KernelStep(only, images, builder, progress).add(options);
          parts.add(images.part(only.image().reference(), "kernel", ""));
        });
    initImages();
    volumes();
    containers.add();
    files();
    if (!manifest.init().isEmpty()) {
      containers.checkMounts();
    }
    parts.addAll(containers.parts());
    options.sbom().ifPresent(sbom -> new SbomStep(builder, progress).add(parts, sbom));
    SystemTree system =
        new SystemTree(
            builder.tree(),
            content("boot/kernel"),
            content("boot/ucode.cpio"),
            kernel.map(Kernel::cmdline).orElse(""),
            kernel.flatMap(Kernel::cmdlinePosition),
            options.modified(),
            kernelConfig,
            containers.labelRights());
    checkKernel(system, containers);
    return system;
  }

  private Kernel hardened(Kernel wanted, FoundImages found) {
    if (!Hardening.isWanted(wanted, manifest.init(), images)) {
      return wanted;
    }
    String cmdline = Hardening.cmdline(wanted.cmdline(), found.platform());
    progress.detail("Kernel command line, hardened: " + cmdline);
    return wanted.withCmdline(cmdline);
  }

  private void checkKernel(SystemTree system, ContainerStep containers) {
    if (manifest.kernel().isPresent()
        && system.kernelConfig().isPresent()
        && !manifest.containers().isEmpty()) {
      new KernelChecks(
              system.kernelConfig().get(),
              manifest.kernel().get().image().position(),
              system.kernelSource())
          .check(system.files(), containers.anyIsWritable());
    }
  }

  private void files() {
    if (!manifest.files().isEmpty()) {
      progress.info("Add files:");
      new FilesStep(manifest, builder, options).add();
      if (!manifest.init().isEmpty()) {
        manifest.files().forEach(this::warnOfMemory);
      }
    }
  }

  private void warnOfMemory(FileEntry file) {
    if (IN_MEMORY.matcher(file.path()).find()) {
      progress.warn(
          file.position()
              + ": /"
              + file.path()
              + " will not be there when the system runs: the guest mounts memory over /"
              + file.path().replaceFirst("/.*", ""));
    }
  }

  private Optional<Content> content(String path) {
    return builder.regularFile(path).map(Node.RegularFile::content);
  }

  private void initImages() {
    if (manifest.init().isEmpty()) {
      return;
    }
    progress.info("Add init containers:");
    ApkDatabase packages = new ApkDatabase();
    String folder = manifest.initImages().folder();
    List<NamedImage> init = manifest.init();
    for (int i = 0; i < init.size(); i++) {
      Reference reference = init.get(i).reference();
      progress.info("Process init image: " + init.get(i).text());
      FileTree files = images.tree(reference);
      checks.check(files, reference, init.get(i).position());
      ImageFiles.prepare(files, ImageFiles.ResolvConf.LINK, builder.modified());
      String location = "init[" + i + "]";
      if (folder.isEmpty()) {
        packages.add(files);
      } else {
        builder.directories(folder, new Origin(location, reference.toString(), ""));
      }
      builder.overlay(files, folder, location, reference.toString());
      parts.add(images.part(reference, location, folder));
    }
    packages.writeTo(builder);
  }

  private void volumes() {
    if (manifest.volumes().isEmpty()) {
      return;
    }
    progress.info("Add volumes:");
    for (int i = 0; i < manifest.volumes().size(); i++) {
      Volume volume = manifest.volumes().get(i);
      String folder = volume.folder();
      String location = "volume[" + i + "]";
      String source = volume.reference().map(Reference::toString).orElse("empty");
      builder.directories(folder + "/lower", new Origin(location, source, ""));
      volume.reference().ifPresent(reference -> fill(volume, reference, location));
      Origin generated = new Origin(location, "linuxkit.volumes", "");
      // A read-only volume has them as well, because guests expect them.
      builder.directory(folder + "/tmp", generated);
      builder.directory(folder + "/merged", generated);
    }
  }

  private void fill(Volume volume, Reference reference, String location) {
    progress.info("Process volume image: " + volume.image());
    if (volume.oci()) {
      ImageBlobs image = images.blobs(volume);
      new OciLayoutWriter(builder, new Origin(location, reference.toString(), ""))
          .write(volume.folder() + "/lower", reference, image);
      return;
    }
    String folder = volume.folder() + "/lower";
    builder.overlay(
        ImageFiles.prepare(images.tree(reference), ImageFiles.ResolvConf.LINK, builder.modified()),
        folder,
        location,
        reference.toString());
    parts.add(images.part(reference, location, folder));
  }
}
