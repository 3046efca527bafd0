package linuxkit.disk.header;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import linuxkit.disk.Guid;

/** Reads the region tables and the metadata of a VHDX (MS-VHDX, sections 2.2 and 2.6). */
final class VhdxHeader {
  static final String MAGIC = "vhdxfile";

  private static final String FORMAT = "vhdx";
  private static final int UNIT = 64 << 10;
  private static final long[] REGION_TABLES = {3L * UNIT, 4L * UNIT};
  private static final int REGION_TABLE_HEADER = 16;
  private static final int METADATA_HEADER = 32;
  private static final int ENTRY = 32;
  private static final int MAX_ENTRIES = 2047;
  private static final int HAS_PARENT = 1 << 1;

  private static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");
  private static final UUID FILE_PARAMETERS =
      UUID.fromString("caa16737-fa36-4d43-b3b6-33f0aa44e76b");
  private static final UUID PARENT_LOCATOR =
      UUID.fromString("a8d35f2d-b30b-454d-abf7-d3d84834ab0c");

  private VhdxHeader() {}

  static List<String> otherFiles(HeaderInput input) throws IOException {
    if (!new String(input.start(MAGIC.length()), ISO_8859_1).equals(MAGIC)) {
      throw HeaderInput.invalid(FORMAT, "it does not begin with its magic number");
    }
    List<Long> regions = new ArrayList<>();
    for (long table : REGION_TABLES) {
      metadata(input, table).ifPresent(regions::add);
    }
    if (regions.isEmpty()) {
      throw HeaderInput.invalid(FORMAT, "it has no metadata");
    }
    for (long region : regions) {
      if (hasParent(input, region)) {
        return List.of("the parent disk");
      }
    }
    return List.of();
  }

  /** Returns the place of the metadata according to one of the two tables, if that is valid. */
  private static OptionalLong metadata(HeaderInput input, long table) throws IOException {
    ByteBuffer bytes = input.at(table, UNIT, FORMAT).order(ByteOrder.LITTLE_ENDIAN);
    int count = bytes.getInt(8);
    if (!isSignature(bytes, "regi")) {
      return OptionalLong.empty();
    }
    if (count < 0 || count > MAX_ENTRIES) {
      throw HeaderInput.invalid(FORMAT, "it has too many regions");
    }
    OptionalLong found = OptionalLong.empty();
    for (int i = 0; i < count; i++) {
      bytes.position(REGION_TABLE_HEADER + i * ENTRY);
      if (Guid.get(bytes).equals(METADATA)) {
        if (found.isPresent()) {
          throw HeaderInput.invalid(FORMAT, "it has two sets of metadata");
        }
        found = OptionalLong.of(bytes.getLong());
      }
    }
    return found;
  }

  private static boolean hasParent(HeaderInput input, long region) throws IOException {
    ByteBuffer table = input.at(region, UNIT, FORMAT).order(ByteOrder.LITTLE_ENDIAN);
    int count = Short.toUnsignedInt(table.getShort(10));
    if (!isSignature(table, "metadata") || count > MAX_ENTRIES) {
      throw HeaderInput.invalid(FORMAT, "its metadata is not a table");
    }
    for (int i = 0; i < count; i++) {
      table.position(METADATA_HEADER + i * ENTRY);
      UUID item = Guid.get(table);
      long place = region + Integer.toUnsignedLong(table.getInt());
      if (item.equals(PARENT_LOCATOR)) {
        return true;
      }
      if (item.equals(FILE_PARAMETERS)) {
        ByteBuffer parameters = input.at(place, 8, FORMAT).order(ByteOrder.LITTLE_ENDIAN);
        if ((parameters.getInt(4) & HAS_PARENT) != 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isSignature(ByteBuffer bytes, String signature) {
    byte[] start = new byte[signature.length()];
    bytes.get(0, start);
    return new String(start, ISO_8859_1).equals(signature);
  }
}
