package linuxkit.filesystem.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Trees;

/** Describes files that a program unpacked on this machine. */
public final class UnpackedFiles {
  private UnpackedFiles() {}

  public static boolean isOwnedByRoot(Path file) throws IOException {
    return number(file, "uid") == 0;
  }

  /** Returns a line for each path, see {@link Trees#line}. */
  public static SortedMap<String, String> lines(Path root) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    Map<Long, String> first = new HashMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(UnpackedFiles::byBytes).skip(1).toList()) {
        String path = root.relativize(file).toString();
        int mode = (int) number(file, "mode");
        boolean linked = number(file, "nlink") > 1 && (mode & 0170000) != 0040000;
        boolean again = linked && first.putIfAbsent(number(file, "ino"), path) != null;
        Metadata metadata =
            Metadata.of(
                mode & 07777,
                number(file, "uid") & 0xffff_ffffL,
                number(file, "gid") & 0xffff_ffffL,
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.SECONDS));
        lines.put(path, Trees.line(again ? "link" : what(file, mode), metadata));
      }
    }
    return lines;
  }

  private static long number(Path file, String attribute) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS))
        .longValue();
  }

  private static int byBytes(Path a, Path b) {
    return FileTree.BY_BYTES.compare(
        a.toString().replace('/', '\1'), b.toString().replace('/', '\1'));
  }

  private static String what(Path file, int mode) throws IOException {
    long rdev = number(file, "rdev");
    // The encoding of the C library: 12 bits of major number within 20 of minor.
    String device = ((rdev >> 8) & 0xfff) + ":" + ((rdev & 0xff) | ((rdev >> 12) & 0xfff00));
    return switch (mode & 0170000) {
      case 0010000 -> "fifo";
      case 0020000 -> "character " + device;
      case 0040000 -> "directory";
      case 0060000 -> "block " + device;
      case 0120000 -> "symlink " + Files.readSymbolicLink(file);
      default -> Trees.file(Files.readAllBytes(file));
    };
  }
}
