package linuxkit.disk.header;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the header of a VMDK and the text that describes it ("Virtual Disk Format 1.1"). Only the
 * kinds with all data in the same file are free of other files.
 */
final class VmdkHeader {
  private static final String SPARSE = "KDMV";
  private static final String FORMAT = "vmdk";

  /** Sparse extents, those of ESX, and descriptions without data. */
  static final List<String> MAGICS = List.of(SPARSE, "COWD", "# Disk DescriptorFile");

  private static final int SECTOR = 512;
  private static final int HEADER = 79;
  private static final int CAPACITY = 12;
  private static final int DESCRIPTOR = 28;
  private static final int MAX_DESCRIPTOR_SECTORS = 128;

  /** The place in which QEMU looks for a parent, whatever the header says. */
  private static final int USUAL_DESCRIPTOR = 512;

  private static final Set<String> KINDS = Set.of("monolithicsparse", "streamoptimized");
  private static final Pattern KIND = Pattern.compile("createType\\s*=\\s*\"([^\"\\n]{0,64})\"");
  private static final Pattern EXTENT = Pattern.compile("(?m)^\\s*(?:RW|RDONLY|NOACCESS)\\s");
  private static final String PARENT = "parentFileNameHint";

  private VmdkHeader() {}

  static List<String> otherFiles(HeaderInput input) throws IOException {
    String magic = new String(input.start(SPARSE.length()), ISO_8859_1);
    if (!magic.equals(SPARSE)) {
      if (MAGICS.stream().noneMatch(known -> known.startsWith(magic)) || magic.length() < 4) {
        throw HeaderInput.invalid(FORMAT, "it does not begin with its magic number");
      }
      return List.of("the files of its extents");
    }
    ByteBuffer header = input.at(0, HEADER, FORMAT).order(ByteOrder.LITTLE_ENDIAN);
    long place = header.getLong(DESCRIPTOR);
    long sectors = header.getLong(DESCRIPTOR + Long.BYTES);
    if (place < 0 || place > Long.MAX_VALUE / SECTOR) {
      throw HeaderInput.invalid(FORMAT, "its description lies outside");
    }
    int length = (int) Math.clamp(sectors, 0L, MAX_DESCRIPTOR_SECTORS) * SECTOR;
    String text = new String(input.upTo(place * SECTOR, length), ISO_8859_1);
    String usual =
        new String(input.upTo(USUAL_DESCRIPTOR, MAX_DESCRIPTOR_SECTORS * SECTOR), ISO_8859_1);
    List<String> files = new ArrayList<>();
    // A disk without sectors is one whose extents are those of the text.
    if (header.getLong(CAPACITY) == 0
        || !kind(text)
        || EXTENT.matcher(text).results().count() > 1) {
      files.add("the files of its extents");
    }
    if (text.contains(PARENT) || usual.contains(PARENT)) {
      files.add("the parent disk");
    }
    return files;
  }

  /** Returns whether the text says that all data is in this file. An extent may lack a text. */
  private static boolean kind(String text) {
    Matcher kind = KIND.matcher(text);
    return text.isEmpty()
        || (kind.find() && KINDS.contains(kind.group(1).toLowerCase(Locale.ROOT)));
  }
}
