package linuxkit.boot.root;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.HexFormat;
import linuxkit.base.CachedFile;
import linuxkit.base.SparseImage;
import linuxkit.base.WorkCache;
import linuxkit.boot.loader.TreeDigest;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.erofs.ErofsOptions;
import linuxkit.filesystem.erofs.ErofsWriter;
import linuxkit.filesystem.squashfs.Compression;
import linuxkit.filesystem.squashfs.SquashfsOptions;
import linuxkit.filesystem.squashfs.SquashfsWriter;

/**
 * A root file system that is compressed as it is written, kept in the work cache. Its first bytes
 * are known last: in the cache they are the last.
 */
public final class RootImage implements SparseImage.Source {
  /** Writes all of a file system but its first bytes, which it returns. */
  @FunctionalInterface
  private interface Writer {
    byte[] write(OutputStream body) throws IOException;
  }

  private final CachedFile file;
  private final int headSize;

  private RootImage(CachedFile file, int headSize) {
    this.file = file;
    this.headSize = headSize;
  }

  /** As every kernel with squashfs reads it. */
  public static RootImage squashfs(FileTree tree, WorkCache cache, long time) {
    SquashfsOptions options = SquashfsOptions.of(Compression.GZIP, time);
    String key = HexFormat.of().formatHex(TreeDigest.of(tree, options.settings()));
    return of("squashfs", key, cache, 96, body -> new SquashfsWriter(options).write(tree, body));
  }

  /** Not compressed: read at once, by every kernel with EROFS. */
  public static RootImage erofs(FileTree tree, String label, WorkCache cache, long time) {
    ErofsOptions options = new ErofsOptions(ErofsOptions.plain(time).compression(), label, time);
    String key = HexFormat.of().formatHex(TreeDigest.of(tree, "erofs 1 " + options));
    return of("erofs", key, cache, 4096, body -> new ErofsWriter(options).write(tree, body));
  }

  private static RootImage of(
      String kind, String key, WorkCache cache, int headSize, Writer writer) {
    CachedFile file = cache.get(kind, key, out -> out.write(writer.write(out)));
    return new RootImage(file, headSize);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (FileChannel channel = file.channel()) {
      long body = file.size() - headSize;
      ByteBuffer head = ByteBuffer.allocate(headSize);
      while (head.hasRemaining()) {
        if (channel.read(head, body + head.position()) < 0) {
          throw new IOException("the cached file became shorter");
        }
      }
      out.write(head.array());
      byte[] buffer = new byte[1 << 18];
      InputStream in = Channels.newInputStream(channel);
      for (long left = body; left > 0; ) {
        int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          throw new IOException("the cached file became shorter");
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }
}
