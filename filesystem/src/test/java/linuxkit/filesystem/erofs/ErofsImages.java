package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Trees;
import linuxkit.filesystem.archive.UnpackedFiles;

/** Writes images and examines them with erofs-utils. */
final class ErofsImages {
  private final Path directory;

  ErofsImages(Path directory) {
    this.directory = directory;
  }

  /** Writes a tree as an image and checks it with fsck.erofs. */
  Path write(FileTree tree, ErofsOptions options) throws IOException, InterruptedException {
    Path image = Files.createTempFile(directory, "erofs", ".img");
    write(tree, new ErofsWriter(options), image);
    ArchiveTools.run(directory, Path.of("/dev/null"), "fsck.erofs", image.toString());
    return image;
  }

  /** Zeros become holes. */
  private static void write(FileTree tree, ErofsWriter writer, Path image) throws IOException {
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      AtomicLong size = new AtomicLong();
      writer.write(tree, position -> new Sparse(channel, position, size));
      if (channel.size() < size.get()) {
        channel.write(ByteBuffer.allocate(1), size.get() - 1);
      }
    }
  }

  private static final class Sparse extends OutputStream {
    private static final byte[] ZEROS = new byte[1 << 20];
    private final FileChannel channel;
    private final AtomicLong size;
    private long position;

    Sparse(FileChannel channel, long position, AtomicLong size) {
      this.channel = channel;
      this.position = position;
      this.size = size;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      if (count > ZEROS.length || !Arrays.equals(bytes, offset, offset + count, ZEROS, 0, count)) {
        channel.write(ByteBuffer.wrap(bytes, offset, count), position);
      }
      position += count;
      size.accumulateAndGet(position, Math::max);
    }
  }

  /**
   * Unpacks with fsck.erofs; see {@link Trees#lines}. It restores neither hard links nor extended
   * attributes.
   */
  SortedMap<String, String> extract(Path image) throws IOException, InterruptedException {
    Path root = Files.createTempDirectory(directory, "root");
    ArchiveTools.run(
        directory,
        Path.of("/dev/null"),
        "fsck.erofs",
        "--extract=" + root,
        "--overwrite",
        image.toString());
    return UnpackedFiles.lines(root);
  }

  /** Returns the output of dump.erofs for a file. */
  String dump(Path image, String path) throws IOException, InterruptedException {
    return ArchiveTools.run(
        directory, Path.of("/dev/null"), "dump.erofs", "--path=/" + path, image.toString());
  }
}
