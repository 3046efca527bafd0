package linuxkit.disk.header;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads the footer of a VHD, of which sparse disks have a copy at the start. */
final class VhdHeader {
  static final String MAGIC = "conectix";

  private static final String FORMAT = "vhd";
  private static final int FOOTER = 512;
  private static final int TYPE = 60;
  private static final int FIXED = 2;
  private static final int DYNAMIC = 3;
  private static final int DIFFERENCING = 4;

  private VhdHeader() {}

  static List<String> otherFiles(HeaderInput input) throws IOException {
    if (isFooter(input.start(FOOTER))) {
      return otherFiles(input.at(0, FOOTER, FORMAT));
    }
    if (!isAtEnd(input)) {
      throw HeaderInput.invalid(FORMAT, "it has no footer");
    }
    return otherFiles(input.at(input.size() - FOOTER, FOOTER, FORMAT));
  }

  /** Returns whether an image ends like a fixed disk, which has nothing else of its own. */
  static boolean isAtEnd(HeaderInput input) throws IOException {
    return isFooter(input.upTo(input.size() - FOOTER, FOOTER));
  }

  private static boolean isFooter(byte[] bytes) {
    return new String(bytes, ISO_8859_1).startsWith(MAGIC);
  }

  private static List<String> otherFiles(ByteBuffer footer) {
    int type = footer.getInt(TYPE);
    return switch (type) {
      case FIXED, DYNAMIC -> List.of();
      case DIFFERENCING -> List.of("the parent disk");
      default -> throw HeaderInput.invalid(FORMAT, "its type is " + Integer.toUnsignedString(type));
    };
  }
}
