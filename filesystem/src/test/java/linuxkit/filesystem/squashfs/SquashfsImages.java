package linuxkit.filesystem.squashfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Trees;

/** Makes whole file systems: superblock and body. */
final class SquashfsImages {
  private static final Path NO_INPUT = Path.of("/dev/null");

  private SquashfsImages() {}

  /** Returns a compressor that leaves blocks uncompressed. */
  static BlockCompressor uncompressed() {
    return new BlockCompressor() {
      @Override
      public int compress(byte[] in, int length, byte[] out) {
        return 0;
      }

      @Override
      public void close() {}
    };
  }

  static SquashfsOptions options(SquashfsCompression compression) {
    return SquashfsOptions.of(compression, Trees.TIME);
  }

  /** Returns options with the smallest blocks, so that there are many. */
  static SquashfsOptions smallBlocks(SquashfsCompression compression) {
    return new SquashfsOptions(compression, SquashfsOptions.MIN_BLOCK_SIZE, Trees.TIME);
  }

  static FileTree emptyTree() {
    return new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
  }

  static byte[] bytes(FileTree tree, SquashfsOptions options, int threads) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] superblock = new SquashfsWriter(options, threads).write(tree, body);
    return ByteBuffer.allocate(superblock.length + body.size())
        .put(superblock)
        .put(body.toByteArray())
        .array();
  }

  static Path file(Path file, FileTree tree, SquashfsOptions options) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.position(Superblock.SIZE);
      byte[] superblock = new SquashfsWriter(options).write(tree, Channels.newOutputStream(out));
      out.write(ByteBuffer.wrap(superblock), 0);
    }
    return file;
  }

  /** Unpacks an image to a new directory beside it and returns that directory. */
  static Path unpack(Path image) throws IOException, InterruptedException {
    Path root = Files.createTempDirectory(image.resolveSibling(""), "root").resolve("files");
    unsquashfs(image, "-strict-errors", "-no-progress", "-d", root.toString());
    return root;
  }

  /** Runs unsquashfs with the options and the image and returns its output. */
  static String unsquashfs(Path image, String... options) throws IOException, InterruptedException {
    String[] command = new String[options.length + 2];
    command[0] = "unsquashfs";
    System.arraycopy(options, 0, command, 1, options.length);
    command[command.length - 1] = image.toString();
    return ArchiveTools.run(image.resolveSibling(""), NO_INPUT, command);
  }
}
