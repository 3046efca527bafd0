package linuxkit.boot.efi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.Content;

/**
 * Combines a kernel, its initrd and its command line into one EFI program: systemd's stub with
 * additional sections (UAPI Group, "Unified Kernel Image"). It is not signed, but signing tools
 * accept its layout.
 */
public final class UnifiedKernelImage {
  private static final int INITIALIZED_READABLE = 0x4000_0040;
  private static final int CODE_EXECUTABLE = 0x6000_0020;
  // Offsets and addresses are unsigned, but some firmware and tools treat them as signed.
  private static final long LARGEST = Integer.MAX_VALUE;
  private static final int KERNEL_HEADERS = 1 << 16;

  private final PeImage stub;
  private final byte[] head;
  private final List<Content> parts = new ArrayList<>();
  private long offset;
  private long address;

  private UnifiedKernelImage(byte[] stubBytes, EfiArchitecture architecture, String where) {
    this.head = stubBytes.clone();
    this.stub = new PeImage(head, where);
    if (stub.machine() != architecture.machine()) {
      throw new LoaderFailure("it is for another architecture than the system", where, "");
    }
    if (stub.signed()) {
      throw new LoaderFailure(
          "it is signed, and adding sections would invalidate the signature", where, "");
    }
    this.offset = PeImage.roundUp(head.length, stub.fileAlignment());
  }

  /**
   * Makes a unified kernel image.
   *
   * @param where the stub, for messages
   * @param kernel itself an EFI program
   * @param release the kernel's version; omitted if empty
   * @throws LoaderFailure if the stub has no room for the sections, or one of the parts is invalid
   */
  public static Content of(
      byte[] stub,
      String where,
      EfiArchitecture architecture,
      Content kernel,
      Optional<Content> initrd,
      String cmdline,
      String release) {
    UnifiedKernelImage image = new UnifiedKernelImage(stub, architecture, where);
    PeImage program = program(kernel, architecture);
    if (!program.nxCompatible()) {
      image.stub.notNxCompatible();
    }
    image.addSbat(program, kernel, where);
    image.add(".osrel", text("NAME=\"LinuxKit\"\nID=linuxkit\nPRETTY_NAME=\"LinuxKit\"\n"));
    image.add(".cmdline", text(cmdline));
    if (!release.isEmpty()) {
      image.add(".uname", text(release));
    }
    initrd.ifPresent(content -> image.add(".initrd", content));
    // Old kernels are run in place and need memory beyond the end of their file. So the kernel
    // comes
    // last, followed by free memory that is not part of the section, which the stub measures.
    long start = image.add(".linux", kernel, CODE_EXECUTABLE);
    image.stub.close(within(start + program.imageSize()));
    return image.join();
  }

  private static PeImage program(Content kernel, EfiArchitecture architecture) {
    try (InputStream in = kernel.open()) {
      PeImage image = new PeImage(in.readNBytes(KERNEL_HEADERS), "the kernel");
      if (image.machine() != architecture.machine()) {
        throw new LoaderFailure("it is for another architecture than the system", "the kernel", "");
      }
      return image;
    } catch (IOException e) {
      throw FileFailure.of("cannot read the kernel", e);
    }
  }

  private void addSbat(PeImage program, Content kernel, String where) {
    List<String> components = new ArrayList<>(Sbat.components(stub, Content.of(head), where));
    components.addAll(Sbat.components(program, kernel, "the kernel"));
    byte[] merged = Sbat.merged(components);
    boolean there = stub.section(Sbat.SECTION).isPresent();
    if (there && !stub.replace(Sbat.SECTION, merged)) {
      throw new LoaderFailure("its section .sbat has no room for the kernel's lines", where, "");
    }
    address = stub.addressEnd();
    if (!there) {
      add(Sbat.SECTION, Content.of(merged));
    }
  }

  private static Content text(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(String name, Content content) {
    if (content.size() > 0) {
      add(name, content, INITIALIZED_READABLE);
    }
  }

  /** Adds a section and returns its address. */
  private long add(String name, Content content, int characteristics) {
    if (stub.freeHeaders() == 0) {
      throw new LoaderFailure(
          "the stub has no room for the section " + name,
          "",
          "use the stub of systemd 254 or later");
    }
    long start = PeImage.roundUp(address, stub.sectionAlignment());
    long rawSize = PeImage.roundUp(content.size(), stub.fileAlignment());
    within(offset + rawSize);
    address = within(start + content.size());
    stub.add(new PeImage.Section(name, content.size(), start, rawSize, offset), characteristics);
    parts.addAll(JoinedContent.padded(content, alignment()));
    offset += rawSize;
    return start;
  }

  private static long within(long end) {
    if (end > LARGEST) {
      throw new LoaderFailure(
          "kernel and initrd together exceed the limit of 2 GiB for an EFI program",
          "",
          "make the system smaller, or use a format with a separate root file system");
    }
    return end;
  }

  private Content join() {
    PeChecksum checksum = new PeChecksum();
    try {
      whole().writeTo(checksum);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the kernel or the initrd", e);
    }
    stub.checksum(checksum.value());
    return whole();
  }

  private Content whole() {
    List<Content> all = new ArrayList<>(JoinedContent.padded(Content.of(head), alignment()));
    all.addAll(parts);
    return new JoinedContent(all);
  }

  private int alignment() {
    return (int) stub.fileAlignment();
  }
}
