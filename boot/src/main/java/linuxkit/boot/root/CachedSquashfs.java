package linuxkit.boot.root;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HexFormat;
import linuxkit.base.SparseImage;
import linuxkit.base.cache.CachedFile;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.squashfs.SquashfsOptions;
import linuxkit.filesystem.squashfs.SquashfsWriter;

/**
 * A squashfs in the work cache. Its first bytes are known last, so the cached file ends with them.
 */
public final class CachedSquashfs implements SparseImage.Source {
  private final CachedFile file;

  private CachedSquashfs(CachedFile file) {
    this.file = file;
  }

  /** Makes a squashfs, or takes it from the cache. */
  public static CachedSquashfs of(FileTree tree, WorkCache cache, SquashfsOptions options) {
    String key = HexFormat.of().formatHex(TreeDigest.of(tree, options.settings()));
    SquashfsWriter writer = new SquashfsWriter(options);
    return new CachedSquashfs(
        cache.get("squashfs", key, out -> out.write(writer.write(tree, out))));
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (FileChannel channel = file.channel();
        InputStream in = file.reopen()) {
      long body = file.size() - SquashfsWriter.HEAD;
      ByteBuffer head = ByteBuffer.allocate(SquashfsWriter.HEAD);
      while (head.hasRemaining()) {
        if (channel.read(head, body + head.position()) < 0) {
          throw new IOException("the cached file became shorter");
        }
      }
      out.write(head.array());
      byte[] buffer = new byte[1 << 18];
      for (long left = body; left > 0; ) {
        int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          throw new IOException("the cached file became shorter");
        }
        out.write(buffer, 0, n);
        left -= n;
      }
      if (!Arrays.equals(head.array(), in.readNBytes(SquashfsWriter.HEAD))) {
        throw new IOException("the cached file changed");
      }
    }
  }
}
