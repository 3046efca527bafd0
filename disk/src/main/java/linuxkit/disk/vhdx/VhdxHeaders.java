package linuxkit.disk.vhdx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;
import linuxkit.disk.ContentUuid;
import linuxkit.disk.Guid;
import linuxkit.disk.block.FileWriter;

/** Writes the first MiB: the file type, and the places of all parts (MS-VHDX, section 2.2). */
final class VhdxHeaders {
  private static final int UNIT = 64 << 10;
  private static final int FILE_TYPE = 520;
  private static final int HEADER = 4 << 10;
  private static final int CHECKSUM = 4;
  private static final int REQUIRED = 1;

  private static final UUID TABLE = UUID.fromString("2dc27766-f623-4200-9d64-115e9bfd4a08");
  private static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");

  private VhdxHeaders() {}

  /** Writes two headers and two region tables, so that later updates always leave one intact. */
  static void write(FileWriter out, int tableLength, UUID id) throws IOException {
    out.put(0, fileType());
    out.put(UNIT, header(1, id));
    out.put(2L * UNIT, header(2, id));
    out.put(3L * UNIT, regions(tableLength));
    out.put(4L * UNIT, regions(tableLength));
    // The log is empty, but takes up its place.
    out.extend(Vhdx.LOG_AT + Vhdx.MIB);
  }

  private static byte[] fileType() {
    return ByteBuffer.allocate(FILE_TYPE)
        .put("vhdxfile".getBytes(US_ASCII))
        .put("linuxkit".getBytes(UTF_16LE)) // the creator
        .array();
  }

  /**
   * @param sequence the header with the higher number counts
   */
  private static ByteBuffer header(long sequence, UUID id) {
    byte[] seed = id.toString().getBytes(US_ASCII);
    ByteBuffer header = start("head", HEADER);
    header.putLong(sequence);
    Guid.put(ContentUuid.of(seed, "VHDX file write"), header);
    Guid.put(ContentUuid.of(seed, "VHDX data write"), header);
    header.position(header.position() + Guid.LENGTH); // no log to replay
    header.putShort((short) 0); // version of the log
    header.putShort((short) 1); // version of the format
    header.putInt(Vhdx.MIB).putLong(Vhdx.LOG_AT);
    return finish(header);
  }

  private static ByteBuffer regions(int tableLength) {
    ByteBuffer table = start("regi", UNIT);
    table.putInt(2).putInt(0);
    Guid.put(TABLE, table);
    table.putLong(Vhdx.TABLE_AT).putInt(tableLength).putInt(REQUIRED);
    Guid.put(METADATA, table);
    table.putLong(Vhdx.METADATA_AT).putInt(Vhdx.MIB).putInt(REQUIRED);
    return finish(table);
  }

  private static ByteBuffer start(String signature, int length) {
    return ByteBuffer.allocate(length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(signature.getBytes(US_ASCII))
        .putInt(0); // the checksum counts as 0
  }

  private static ByteBuffer finish(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.rewind());
    return bytes.putInt(CHECKSUM, (int) crc.getValue()).rewind();
  }
}
