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
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.erofs.ErofsOptions;
import linuxkit.filesystem.erofs.ErofsWriter;
import linuxkit.filesystem.squashfs.Compression;
import linuxkit.filesystem.squashfs.SquashfsOptions;
import linuxkit.filesystem.squashfs.SquashfsWriter;

/**
 * Root file systems whose first bytes are known last. One that is compressed is kept in the work
 * cache, where they are the last.
 */
public final class RootImage implements SparseImage.Source {
  private final CachedFile file;

  private RootImage(CachedFile file) {
    this.file = file;
  }

  /** As every kernel with squashfs reads it. */
  public static RootImage squashfs(FileTree tree, WorkCache cache, long time) {
    SquashfsOptions options =
        SquashfsOptions.of(Compression.GZIP, Math.clamp(time, 0, 0xffff_ffffL));
    String key = HexFormat.of().formatHex(TreeDigest.of(tree, options.settings()));
    SquashfsWriter writer = new SquashfsWriter(options);
    return new RootImage(cache.get("squashfs", key, out -> out.write(writer.write(tree, out))));
  }

  /**
   * Writes an EROFS: not compressed, so that every kernel with EROFS reads it, and at once. It is
   * not kept, for which all of it would have to be written and hashed once more.
   *
   * @param file new and empty; stays open, its position undefined
   */
  public static void writeErofs(FileTree tree, String label, long time, FileChannel file)
      throws IOException {
    ErofsOptions options = new ErofsOptions(ErofsOptions.plain(time).compression(), label, time);
    file.position(ErofsWriter.HEAD);
    byte[] head = new ErofsWriter(options).write(tree, Channels.newOutputStream(file));
    file.position(0);
    Channels.newOutputStream(file).write(head);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (FileChannel channel = file.channel()) {
      long body = file.size() - SquashfsWriter.HEAD;
      ByteBuffer head = ByteBuffer.allocate(SquashfsWriter.HEAD);
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
