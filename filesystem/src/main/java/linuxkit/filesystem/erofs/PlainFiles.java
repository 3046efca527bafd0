package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/** Writes files other than directories, uncompressed. */
final class PlainFiles implements FileStore {
  private final ImagePlan plan;
  private final InodeEncoder encoder;
  private final BlockOutput out;
  private final InodeArea inodes;
  private final LargeContents large;
  private final Map<String, ErofsFileData> repeated = new HashMap<>();

  PlainFiles(ImagePlan plan, InodeEncoder encoder, BlockOutput out, InodeArea inodes, int threads) {
    this.plan = plan;
    this.encoder = encoder;
    this.out = out;
    this.inodes = inodes;
    // The caller's thread reads, too, and every reader holds some megabytes.
    this.large = new LargeContents(out, Math.max(1, threads - 1));
  }

  @Override
  public void add(ErofsInode inode) throws IOException {
    inodes.add(inode, encoder.encode(inode, write(inode)));
  }

  // No switch over the types: the JVM would generate a class for it in every process.
  private ErofsFileData write(ErofsInode inode) throws IOException {
    if (inode.node() instanceof Node.RegularFile file) {
      return write(inode, file.content());
    }
    if (inode.node() instanceof Node.Symlink link) {
      return write(inode, Content.of(NameBytes.encode(link.target())));
    }
    return ErofsFileData.none(inode.node() instanceof Node.Device device ? device.number() : 0);
  }

  @Override
  public void finish() throws IOException {
    inodes.flush();
    large.finish();
  }

  @Override
  public boolean sharesCompressed() {
    return false;
  }

  @Override
  public void close() {
    large.close();
  }

  private ErofsFileData write(ErofsInode inode, Content content) throws IOException {
    String sha256 = content.sha256();
    ErofsFileData known = repeated.get(sha256);
    if (known != null) {
      return known;
    }
    ErofsFileData data = write(inode, content, plan.isRepeated(sha256));
    if (plan.isRepeated(sha256)) {
      repeated.put(sha256, data);
    }
    return data;
  }

  private ErofsFileData write(ErofsInode inode, Content content, boolean again) throws IOException {
    long size = content.size();
    long start = out.block();
    if (LargeContents.isLarge(size)) {
      large.add(content, inode.entry().path());
      out.pad();
      return ErofsFileData.plain(size, start);
    }
    // An inline tail cannot be shared and must lie in one block with the inode.
    int tail = again ? 0 : (int) (size % BlockOutput.BLOCK);
    boolean inline = tail > 0 && encoder.headSize(inode, size) + tail <= BlockOutput.BLOCK;
    byte[] rest = ContentSplitter.write(content, inode.entry().path(), inline ? tail : 0, out);
    out.pad();
    long block = out.block() == start ? ErofsFileData.NO_BLOCK : start;
    return inline ? ErofsFileData.inline(size, block, rest) : ErofsFileData.plain(size, block);
  }
}
