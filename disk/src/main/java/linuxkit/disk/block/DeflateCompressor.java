package linuxkit.disk.block;

import java.util.Arrays;
import java.util.zip.Deflater;

/** Compresses by RFC 1951, with or without the wrapper of RFC 1950. */
public final class DeflateCompressor implements DiskBlockCompressor {
  private final Deflater deflater;
  private byte[] buffer = new byte[0];

  /**
   * @param wrapped whether to add the header and checksum of RFC 1950
   */
  public DeflateCompressor(boolean wrapped) {
    this.deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, !wrapped);
  }

  @Override
  public byte[] compress(byte[] block) {
    deflater.reset();
    deflater.setInput(block);
    deflater.finish();
    int length = 0;
    while (!deflater.finished()) {
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, length + block.length);
      }
      length += deflater.deflate(buffer, length, buffer.length - length);
    }
    return Arrays.copyOf(buffer, length);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
