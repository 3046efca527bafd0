package linuxkit.boot.efi;

import java.io.OutputStream;

/**
 * Computes the checksum of a PE program: the sum of its 16-bit words with carries added back, plus
 * its size. The checksum field itself counts as zero.
 */
final class PeChecksum extends OutputStream {
  private long sum;
  private long size;

  @Override
  public void write(int b) {
    sum += (size & 1) == 0 ? b & 0xff : (b & 0xff) << 8;
    size++;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    int end = offset + count;
    int at = offset;
    if ((size & 1) != 0 && at < end) {
      write(bytes[at++]);
    }
    long words = 0;
    for (; at + 1 < end; at += 2) {
      words += (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
      size += 2;
    }
    sum += words;
    if (at < end) {
      write(bytes[at]);
    }
  }

  int value() {
    long folded = sum;
    while (folded >> 16 != 0) {
      folded = (folded & 0xffff) + (folded >> 16);
    }
    return (int) (folded + size);
  }
}
