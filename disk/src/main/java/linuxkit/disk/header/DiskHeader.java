package linuxkit.disk.header;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import linuxkit.base.FileFailure;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.disk.DiskFailure;

/**
 * The statements of a disk image's header: its format, and which other files of this machine a
 * reader of the image would open. Images come from other people, so that a file's content decides
 * neither what it is opened as nor what else is opened unless the caller agrees.
 *
 * @param otherFiles a description of each, such as {@code the backing file "base.img"}; the names
 *     are as the image has them and may hold any characters
 */
public record DiskHeader(DiskType type, List<String> otherFiles) {
  private static final int MAGIC_LENGTH = 68;

  // Formats of other programs. As a raw disk, such an image would be overwritten by its guest.
  private static final List<String> OTHER_FORMATS =
      List.of("WithoutFreeSpace", "WithouFreSpacExt", "QED\0", "Bochs Virtual HD Image");
  private static final String VDI = "\u007f\u0010\u00da\u00be";
  private static final int VDI_OFFSET = 64;
  private static final String CONVERT = "convert it with 'qemu-img convert'";
  private static final String OR_RAW = ", or add format=raw to use it as it is";

  public DiskHeader {
    otherFiles = List.copyOf(otherFiles);
  }

  /**
   * Reads an image of any format. What begins with no known magic number is raw.
   *
   * @throws DiskFailure if the header is not valid
   * @throws FileFailure if the file cannot be read, or is neither a file nor a block device
   */
  public static DiskHeader read(Path image) {
    return open(image, input -> of(typeAtStart(input, CONVERT + OR_RAW), input));
  }

  /**
   * Reads an image of a known format.
   *
   * @throws DiskFailure if it is not a valid image of this format
   * @throws FileFailure as {@link #read}
   */
  public static DiskHeader readAs(DiskType type, Path image) {
    return open(image, input -> of(type, input));
  }

  /**
   * Reads an image of any format for a reader of its files, to which a guest writes nothing: unlike
   * {@link #read(Path)}, this also goes by the end of a file, where a fixed VHD has its footer.
   *
   * @throws DiskFailure if the header is not valid
   */
  public static DiskHeader read(RandomAccessInput image) throws IOException {
    HeaderInput input = new HeaderInput(image);
    DiskType type = typeAtStart(input, CONVERT);
    boolean fixed = type == DiskType.RAW && VhdHeader.isAtEnd(input);
    return of(fixed ? DiskType.VHD : type, input);
  }

  /** A use of an open image. */
  private interface Reader {
    DiskHeader read(HeaderInput input) throws IOException;
  }

  private static DiskHeader open(Path image, Reader reader) {
    try {
      BasicFileAttributes found = Files.readAttributes(image, BasicFileAttributes.class);
      // Opening a pipe would wait for somebody to write to it.
      if (!found.isRegularFile() && !HeaderInput.isBlockDevice(image)) {
        throw new FileSystemException(image.toString(), null, "not a disk image");
      }
      try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
        return reader.read(new HeaderInput(channel));
      }
    } catch (DiskFailure e) {
      throw e.in(image);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the disk", image, e);
    }
  }

  private static DiskType typeAtStart(HeaderInput input, String hint) throws IOException {
    String start = new String(input.start(MAGIC_LENGTH), StandardCharsets.ISO_8859_1);
    if (start.startsWith(Qcow2Header.MAGIC)) {
      return DiskType.QCOW2;
    }
    if (start.startsWith(VhdxHeader.MAGIC)) {
      return DiskType.VHDX;
    }
    if (start.startsWith(VhdHeader.MAGIC)) {
      return DiskType.VHD;
    }
    if (OTHER_FORMATS.stream().anyMatch(start::startsWith) || start.startsWith(VDI, VDI_OFFSET)) {
      throw new DiskFailure("the format of the disk image is not supported", hint);
    }
    return VmdkHeader.MAGICS.stream().anyMatch(start::startsWith) ? DiskType.VMDK : DiskType.RAW;
  }

  private static DiskHeader of(DiskType type, HeaderInput input) throws IOException {
    return new DiskHeader(
        type,
        switch (type) {
          case RAW -> List.of();
          case QCOW2 -> Qcow2Header.otherFiles(input);
          case VMDK -> VmdkHeader.otherFiles(input);
          case VHDX -> VhdxHeader.otherFiles(input);
          case VHD -> VhdHeader.otherFiles(input);
        });
  }
}
