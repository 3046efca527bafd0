package linuxkit.boot.efi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.Content;

/**
 * A kernel, its initrd and its command line as one EFI program: sections added to systemd's stub
 * (UAPI Group, "Unified Kernel Image"). It is not signed, but laid out as tools that sign want it.
 */
public final class UnifiedKernelImage {
  private static final int INITIALIZED_READABLE = 0x4000_0040;
  private static final int CODE_EXECUTABLE = 0x6000_0020;
  // Offsets and addresses are unsigned, but not every firmware and tool takes them so.
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
      throw new LoaderFailure("it is for another processor than the system", where, "");
    }
    if (stub.signed()) {
      throw new LoaderFailure("it is signed, and would not be after the change", where, "");
    }
    this.address = stub.addressEnd();
    this.offset = PeImage.roundUp(head.length, stub.fileAlignment());
  }

  /**
   * @param where the stub, for messages
   * @param kernel an EFI program itself
   * @param release the kernel's version; empty leaves it out
   * @throws LoaderFailure when the stub has no room, or one of the parts is not what it should be
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
    long loaded = loadedSize(kernel, architecture);
    // The kernel is the last: it may be run where it lies, and then grows beyond its file.
    image.add(".osrel", text("NAME=\"LinuxKit\"\nID=linuxkit\nPRETTY_NAME=\"LinuxKit\"\n"));
    image.add(".cmdline", text(cmdline));
    if (!release.isEmpty()) {
      image.add(".uname", text(release));
    }
    initrd.ifPresent(content -> image.add(".initrd", content));
    image.add(".linux", kernel, Math.max(loaded, kernel.size()), CODE_EXECUTABLE);
    return image.join(where);
  }

  /** How much memory a kernel takes, which its own header says. */
  private static long loadedSize(Content kernel, EfiArchitecture architecture) {
    try (InputStream in = kernel.open()) {
      PeImage image = new PeImage(in.readNBytes(KERNEL_HEADERS), "the kernel");
      if (image.machine() != architecture.machine()) {
        throw new LoaderFailure("it is for another processor than the system", "the kernel", "");
      }
      return image.imageSize();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Content text(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(String name, Content content) {
    add(name, content, content.size(), INITIALIZED_READABLE);
  }

  private void add(String name, Content content, long virtualSize, int characteristics) {
    if (content.size() == 0) {
      return;
    }
    if (stub.freeHeaders() == 0) {
      throw new LoaderFailure(
          "the stub has no room for the section " + name, "", "use one of systemd 254 or later");
    }
    address = PeImage.roundUp(address, stub.sectionAlignment());
    long rawSize = PeImage.roundUp(content.size(), stub.fileAlignment());
    stub.add(new PeImage.Section(name, virtualSize, address, rawSize, offset), characteristics);
    parts.addAll(JoinedContent.padded(content, alignment()));
    offset += rawSize;
    address += virtualSize;
    if (offset > LARGEST || address > LARGEST) {
      throw new LoaderFailure(
          "kernel and initrd together are larger than the 2 GiB that an EFI program may have",
          "",
          "take something out of the system, or use a format with a file system of its own");
    }
  }

  private Content join(String where) {
    stub.close();
    PeChecksum checksum = new PeChecksum();
    try {
      whole().writeTo(checksum);
    } catch (IOException e) {
      throw new UncheckedIOException(where, e);
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
