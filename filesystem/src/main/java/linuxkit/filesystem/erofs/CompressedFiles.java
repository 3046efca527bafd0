package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import linuxkit.base.OrderedPipeline;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;
import org.jspecify.annotations.Nullable;

/**
 * Writes files other than directories, and compresses contents of more than a block. Contents are
 * read on the caller's thread and compressed on others.
 */
final class CompressedFiles implements FileStore {
  /** The index of a larger file would take too much memory. */
  private static final long MAX_SIZE = 1L << 34;

  private final Algorithm algorithm;
  private final ImagePlan plan;
  private final PlainFiles plain;
  private final InodeEncoder encoder;
  private final BlockOutput out;
  private final InodeArea inodes;
  private final OrderedPipeline pipeline;
  private final Queue<ClusterCompressor> compressors = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<ClusterBatch> spares = new ArrayDeque<>();
  private final Set<String> started = new HashSet<>();
  private final Map<String, ErofsFileData> repeated = new HashMap<>();
  private boolean shared;

  /**
   * @param plain for files that are not compressed
   * @param threads number of threads that compress
   */
  CompressedFiles(
      Algorithm algorithm,
      ImagePlan plan,
      PlainFiles plain,
      InodeEncoder encoder,
      BlockOutput out,
      InodeArea inodes,
      int threads) {
    this.algorithm = algorithm;
    this.plan = plan;
    this.plain = plain;
    this.encoder = encoder;
    this.out = out;
    this.inodes = inodes;
    this.pipeline = new OrderedPipeline(threads);
  }

  @Override
  public void add(ErofsInode inode) throws IOException {
    if (inode.node() instanceof Node.RegularFile file
        && file.content().size() > BlockOutput.BLOCK
        && file.content().size() <= MAX_SIZE) {
      compress(inode, file.content());
    } else {
      pipeline.add(() -> plain.add(inode));
    }
  }

  private void compress(ErofsInode inode, Content content) throws IOException {
    String sha256 = content.sha256();
    boolean again = plan.isRepeated(sha256);
    if (again && !started.add(sha256)) {
      pipeline.add(() -> addAgain(inode, sha256));
      return;
    }
    long size = content.size();
    int tail = (int) (size % BlockOutput.BLOCK);
    boolean mayInline = !again && encoder.headSize(inode, size) + tail <= BlockOutput.BLOCK;
    FileClusters clusters = new FileClusters(out, algorithm, size, mayInline ? tail : 0);
    ContentReader.copy(content, inode.entry().path(), new Batches(size, clusters));
    pipeline.add(
        () -> {
          ErofsFileData data = clusters.data();
          if (again) {
            repeated.put(sha256, data);
          }
          inodes.add(inode, encoder.encode(inode, data));
        });
  }

  /** Divides the content of a file into batches, and has each compressed. */
  private final class Batches extends OutputStream {
    private final FileClusters clusters;
    private long left;
    private @Nullable ClusterBatch begun;

    Batches(long size, FileClusters clusters) {
      this.left = size;
      this.clusters = clusters;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      Objects.checkFromIndexSize(offset, count, bytes.length);
      for (int done = 0; done < count; ) {
        ClusterBatch batch = begun == null ? begin() : begun;
        done += batch.take(bytes, offset + done, count - done);
        begun = batch;
        if (batch.isFull()) {
          begun = null;
          pipeline.submit(() -> compress(batch), this::store);
        }
      }
    }

    private ClusterBatch begin() {
      ClusterBatch spare = spares.poll();
      ClusterBatch batch = spare == null ? new ClusterBatch(algorithm) : spare;
      int size = ClusterBatch.size(algorithm, left);
      batch.begin(size);
      left -= size;
      return batch;
    }

    private void store(ClusterBatch batch) throws IOException {
      clusters.add(batch);
      spares.add(batch);
    }
  }

  private void addAgain(ErofsInode inode, String sha256) throws IOException {
    ErofsFileData data = repeated.get(sha256);
    if (data == null) {
      throw new IllegalStateException("not written yet: " + sha256);
    }
    shared |= data.isCompressed();
    inodes.add(inode, encoder.encode(inode, data));
  }

  private ClusterBatch compress(ClusterBatch batch) {
    ClusterCompressor free = compressors.poll();
    ClusterCompressor compressor = free == null ? new ClusterCompressor(algorithm) : free;
    try {
      compressor.compress(batch);
      return batch;
    } finally {
      compressors.add(compressor);
    }
  }

  @Override
  public void finish() throws IOException {
    pipeline.finish();
    plain.finish();
  }

  @Override
  public boolean sharesCompressed() {
    return shared;
  }

  @Override
  public void close() {
    pipeline.close();
    plain.close();
    compressors.forEach(ClusterCompressor::close);
  }
}
