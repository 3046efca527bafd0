package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import linuxkit.base.SparseImage;
import linuxkit.disk.vmdk.StreamOptimizedVmdk.Grains;
import org.jspecify.annotations.Nullable;

/**
 * The compressed content of one disk, shared by all artefacts that contain it: the first one makes
 * it, the others wait and copy it from the first one's file. Safe for use by several threads.
 */
final class SharedGrains {
  private static final int BUFFER = 1 << 18;

  private @Nullable FileChannel first;
  private long offset;
  private long length;

  /**
   * Returns what writes the content to an artefact.
   *
   * @param file the artefact, at its position; must stay readable until all artefacts are written
   */
  Grains in(FileChannel file) {
    return (disk, out) -> write(disk, out, file);
  }

  private synchronized void write(SparseImage disk, OutputStream out, FileChannel file)
      throws IOException {
    FileChannel made = first;
    if (made == null) {
      long start = file.position();
      Grains.deflated().write(disk, out);
      offset = start;
      length = file.position() - start;
      first = file;
    } else {
      copy(made, out);
    }
  }

  private void copy(FileChannel made, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long done = 0; done < length; done += buffer.position()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      if (made.read(buffer, offset + done) < 0) {
        throw new IOException("the disk became shorter while it was copied");
      }
      out.write(buffer.array(), 0, buffer.position());
    }
  }
}
