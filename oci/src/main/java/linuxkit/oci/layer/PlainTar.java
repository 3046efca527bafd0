package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import linuxkit.base.io.BlockInput;
import linuxkit.base.io.VerifiedInputStream;

/** A layer that is stored uncompressed. What is read of it has to be verified by its reader. */
final class PlainTar implements Layer.Tar {
  private static final int BLOCK = 1 << 18;

  private final LayerBlob blob;
  private final OpenBlob open;
  // Whether this process verified the whole blob.
  private boolean whole;

  PlainTar(LayerBlob blob, OpenBlob open) {
    this.blob = blob;
    this.open = open;
  }

  @Override
  public long size() {
    return blob.descriptor().size();
  }

  @Override
  public InputStream stream() {
    return blob.open();
  }

  @Override
  public boolean verifies() {
    return false;
  }

  @Override
  public InputStream open(long offset, long length, VerifiedInputStream.Damage damage) {
    return new BlockInput() {
      private long position = offset;

      @Override
      protected int readBlock(byte[] bytes, int at, int count) throws IOException {
        long left = offset + length - position;
        if (left == 0) {
          return -1;
        }
        int n = open.read(position, ByteBuffer.wrap(bytes, at, (int) Math.min(count, left)));
        if (n < 0) {
          throw damage.of("the archive is truncated");
        }
        position += n;
        return n;
      }
    };
  }

  @Override
  public void copy(long offset, long length, OutputStream out, VerifiedInputStream.Damage damage)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BLOCK, length)];
    InputStream in = open(offset, length, damage);
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
    }
  }

  @Override
  public synchronized boolean canBeRepaired() {
    return !whole && blob.canBeRepaired();
  }

  @Override
  public synchronized void repair() throws IOException {
    if (canBeRepaired()) {
      blob.repair();
      open.close();
      whole = true;
    }
  }
}
