package linuxkit.filesystem.squashfs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import linuxkit.base.Sha256;
import linuxkit.base.VerifiedInputStream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Measures the writer on a directory of this machine: {@code SquashfsBench DIRECTORY IMAGE
 * [COMPRESSION]}. Prints the seconds of each of several runs, the last being the warmest, and the
 * size of the image. The hashes of the contents are computed before, as those of a layer are.
 */
final class SquashfsBench {
  private SquashfsBench() {}

  public static void main(String... args) throws IOException {
    FileTree tree = read(Path.of(args[0]));
    Path image = Path.of(args[1]);
    Compression compression =
        Compression.valueOf(args.length > 2 ? args[2].toUpperCase(Locale.ROOT) : "GZIP");
    for (int run = 0; run < 3; run++) {
      long start = System.nanoTime();
      write(tree, SquashfsOptions.of(compression, 0), image);
      System.out.printf(
          Locale.ROOT, "%.2f s, %d bytes%n", (System.nanoTime() - start) / 1e9, Files.size(image));
    }
  }

  private static void write(FileTree tree, SquashfsOptions options, Path image) throws IOException {
    byte[] superblock;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(image))) {
      out.write(new byte[Superblock.SIZE]);
      superblock = new SquashfsWriter(options).write(tree, out);
    }
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.write(superblock);
    }
  }

  private static FileTree read(Path directory) throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Map<Long, Node> known = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.skip(1).toList()) {
        Metadata metadata =
            Metadata.of(
                (int) number(file, "mode") & 07777,
                number(file, "uid"),
                number(file, "gid"),
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.SECONDS));
        Node node;
        if (Files.isSymbolicLink(file)) {
          node = new Node.Symlink(metadata, Files.readSymbolicLink(file).toString());
        } else if (Files.isDirectory(file)) {
          node = new Node.Directory(metadata);
        } else {
          node = known.get(number(file, "ino"));
          if (node == null) {
            node = new Node.RegularFile(metadata, HostFile.of(file));
            known.put(number(file, "ino"), node);
          }
        }
        tree.put(directory.relativize(file).toString(), node, Origin.NONE);
      }
    }
    return tree;
  }

  private static long number(Path file, String attribute) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS))
        .longValue();
  }

  private record HostFile(Path path, long size, String sha256) implements Content {
    static HostFile of(Path path) throws IOException {
      MessageDigest hash = Sha256.digest();
      byte[] bytes = Files.readAllBytes(path);
      hash.update(bytes);
      return new HostFile(path, bytes.length, HexFormat.of().formatHex(hash.digest()));
    }

    @Override
    public InputStream open() throws IOException {
      return new VerifiedInputStream(
          Files.newInputStream(path), size, Sha256.digest(), sha256, IOException::new);
    }
  }
}
