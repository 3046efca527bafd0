package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.boot.initrd.Initrd;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.loader.BootParts;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.TarWriter;
import linuxkit.system.SystemTree;
import org.jspecify.annotations.Nullable;

/** What one system is in each format; the initrd is made once for all of them. */
final class Artefacts {
  // What the kernel keeps of it on amd64 and arm64, its end included.
  private static final int COMMAND_LINE_SIZE = 2048;
  private static final long BUILD_TIME = 1_492_533_000;
  private static final String DOCKERFILE =
      """

      FROM scratch

      COPY . ./

      ENTRYPOINT ["/bin/rc.init"]
      """;

  /** The bytes of an artefact, on their way. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private final SystemTree system;
  private final OutputOptions options;
  private final InitrdBuilder builder;
  private final Progress progress;
  private @Nullable Initrd initrd;
  private @Nullable Loaders loaders;

  Artefacts(SystemTree system, OutputOptions options, InitrdBuilder builder, Progress progress) {
    this.system = system;
    this.options = options;
    this.builder = builder;
    this.progress = progress;
  }

  /** Sees that a system can be written in a format, before anything is. */
  void check(Format format) {
    format
        .reasonAgainst(options.platform())
        .ifPresent(
            reason -> {
              throw new OutputFailure(
                  "the format " + format.label() + " cannot be made: " + reason, "", "");
            });
    if (!format.isStreamed()) {
      kernel(format);
      checkCommandLine();
    }
  }

  /** The artefacts in the order of {@link Format#suffixes}. */
  List<Body> of(Format format) {
    return switch (format) {
      case TAR -> List.of(out -> tar(false, out));
      case DOCKER -> List.of(out -> tar(true, out));
      case KERNEL_INITRD -> {
        yield List.of(kernel(format)::writeTo, wholeInitrd()::writeTo, cmdline()::writeTo);
      }
      case TAR_KERNEL_INITRD -> {
        Initrd made = initrd();
        yield List.of(out -> tarKernelInitrd(kernel(format), made, out));
      }
      case UKI -> List.of(loaders().efi().unifiedKernelImage(parts(format))::writeTo);
      case RAW_BIOS, QCOW2_BIOS -> List.of(disks(format).bios(loaders().bios())::writeTo);
      case RAW_EFI, QCOW2_EFI -> List.of(disks(format).efi(loaders().efi())::writeTo);
      case RAW, AWS, GCP, VHD, DYNAMIC_VHD, VHDX, VMDK, OVA ->
          List.of(disks(format).hybrid(loaders().bios(), loaders().efi())::writeTo);
    };
  }

  private Disks disks(Format format) {
    return new Disks(parts(format), BUILD_TIME, options.diskSize());
  }

  private BootParts parts(Format format) {
    return new BootParts(
        kernel(format), Optional.of(wholeInitrd()), system.cmdline(), KernelRelease.of(system));
  }

  private Loaders loaders() {
    Loaders made = loaders;
    if (made == null) {
      made = new Loaders(options);
      loaders = made;
    }
    return made;
  }

  private Initrd wholeInitrd() {
    Initrd made = initrd();
    return system.microcode().map(made::withMicrocode).orElse(made);
  }

  private Initrd initrd() {
    Initrd made = initrd;
    if (made == null) {
      made = builder.build(system);
      initrd = made;
    }
    return made;
  }

  private Content kernel(Format format) {
    return system
        .kernel()
        .orElseThrow(
            () ->
                new OutputFailure(
                    "the format " + format.label() + " needs a kernel, and the system has none",
                    "",
                    "add a kernel section to the manifest, or use -f tar"));
  }

  private Content cmdline() {
    return Content.of(system.cmdline().getBytes(StandardCharsets.UTF_8));
  }

  private void checkCommandLine() {
    String cmdline = system.cmdline();
    if (cmdline.chars().anyMatch(c -> c == '\n' || c == '\r' || c == '\0')) {
      throw new OutputFailure(
          "the kernel command line has a line break or a NUL in it",
          "",
          "write it on one line; in YAML, >- instead of > leaves out the last line break");
    }
    long length = cmdline().size();
    if (length >= COMMAND_LINE_SIZE) {
      progress.warn(
          "the kernel command line has "
              + length
              + " bytes: most kernels cut it off after "
              + (COMMAND_LINE_SIZE - 1));
    }
  }

  private void tar(boolean docker, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    tar.addTree(system.files(), Artefacts::records);
    if (docker) {
      add(tar, "Dockerfile", Content.of(DOCKERFILE.getBytes(StandardCharsets.US_ASCII)));
    }
    tar.finish();
  }

  /** The two records of section 3.2, by which a later build finds its parts again. */
  private static SortedMap<String, String> records(FileTree.Entry entry) {
    Origin origin = entry.origin();
    SortedMap<String, String> records = new TreeMap<>();
    if (!origin.location().isEmpty()) {
      records.put("LINUXKIT.location", origin.location());
      records.put("LINUXKIT.source", origin.source());
    }
    return records;
  }

  private void tarKernelInitrd(Content kernel, Initrd initrd, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    add(tar, "kernel", kernel);
    add(tar, "initrd.img", initrd);
    add(tar, "cmdline", cmdline());
    if (system.microcode().isPresent()) {
      add(tar, "ucode.cpio", system.microcode().get());
    }
    tar.finish();
  }

  private static void add(TarWriter tar, String name, Content content) throws IOException {
    if (content.size() > 0) {
      tar.add(
          name,
          new Node.RegularFile(Metadata.of(0644, 0, 0, BUILD_TIME), content),
          Collections.emptySortedMap());
    }
  }
}
