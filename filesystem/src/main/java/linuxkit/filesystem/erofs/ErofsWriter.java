package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import linuxkit.base.Sha256;
import linuxkit.base.io.RandomAccessOutput;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/**
 * Writes an EROFS image with blocks of 4 KiB (Linux, fs/erofs/erofs_fs.h). The bytes depend only on
 * the tree and the options.
 *
 * <p>Files with equal contents share blocks. After the first block come the extended attributes
 * that several files share, then contents, large ones first, interleaved with inodes, then all
 * directories. The first block contains the inode of the root and is written last.
 */
public final class ErofsWriter {
  private final ErofsOptions options;
  private final int threads;

  public ErofsWriter(ErofsOptions options) {
    this(options, Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads number of threads that compress, or copy large contents
   */
  ErofsWriter(ErofsOptions options, int threads) {
    this.options = options;
    this.threads = threads;
    options.algorithm().ifPresent(Algorithm::prepare);
  }

  /**
   * Writes an image.
   *
   * @param image contains only zeros
   * @throws ErofsFailure if EROFS cannot hold the tree; nothing is written then
   * @throws linuxkit.base.FileFailure if content cannot be read or does not have the size that it
   *     declares
   * @throws IOException if {@code image} fails
   */
  public void write(FileTree tree, RandomAccessOutput image) throws IOException {
    ImagePlan plan = new ImagePlan(tree);
    MessageDigest hash = Sha256.digest();
    BlockOutput out = new BlockOutput(image);
    long xattrs = writeSharedXattrs(plan, out, hash);
    InodeEncoder encoder = new InodeEncoder(options.time(), plan.xattrs());
    InodeArea inodes = new InodeArea(out, hash);
    PlainFiles plain = new PlainFiles(plan, encoder, out, inodes, threads);
    boolean shared;
    try (FileStore files =
        options
            .algorithm()
            .<FileStore>map(a -> new CompressedFiles(a, plan, plain, encoder, out, inodes, threads))
            .orElse(plain)) {
      for (ErofsInode inode : plan.files()) {
        files.add(inode);
      }
      files.finish();
      shared = files.sharesCompressed();
    }
    byte[] root = new Directories(plan, encoder, out, hash).write();
    out.flush();
    hashContents(plan, hash);
    image
        .at(0)
        .write(
            ErofsSuperblock.encode(
                options, plan.inodes(), out.block(), xattrs, root, shared, hash));
  }

  /** Returns the address of their first block; 0 if there are none. */
  private static long writeSharedXattrs(ImagePlan plan, BlockOutput out, MessageDigest hash)
      throws IOException {
    byte[] area = plan.xattrs().area();
    if (area.length == 0) {
      return 0;
    }
    long block = out.block();
    hash.update(area);
    out.write(area);
    out.pad();
    return block;
  }

  private static void hashContents(ImagePlan plan, MessageDigest hash) {
    for (ErofsInode inode : plan.files()) {
      if (inode.node() instanceof Node.RegularFile file) {
        hash.update(file.content().sha256().getBytes(StandardCharsets.US_ASCII));
      }
    }
  }
}
