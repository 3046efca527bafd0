package linuxkit.filesystem.iso9660;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import linuxkit.filesystem.archive.UnpackedFiles;

/** A volume in a file, examined with xorriso and isoinfo. */
record IsoFile(Path directory, Path file) {
  static final IsoOptions OPTIONS = IsoOptions.of("LinuxKit", Trees.TIME);

  /** Contents above this size are zeros in these tests and become holes, which cost nothing. */
  private static final long HUGE = 1 << 30;

  private static final Pattern TIME = Pattern.compile("@(-?\\d+)$");

  static IsoFile write(Path directory, SparseImage image) throws IOException {
    Path file = Files.createTempFile(directory, "volume", ".iso");
    SparseImage.Builder small = SparseImage.builder();
    for (SparseImage.Extent extent : image.extents()) {
      if (extent.length() < HUGE) {
        small.put(extent.offset(), extent.length(), extent.source());
      }
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      small.build(image.size()).writeTo(channel);
    }
    return new IsoFile(directory, file);
  }

  String tool(String... command) throws Exception {
    return ArchiveTools.run(directory, Path.of("/dev/null"), command);
  }

  /** Checks that xorriso loads the tree and reads every block without complaints. */
  void check() throws Exception {
    String said = tool("xorriso", "-indev", file.toString(), "-check_media", "use=indev", "--");
    assertThat(said).contains("+ good").doesNotContain("WARNING", "SORRY", "FAILURE", "- ");
  }

  /**
   * Returns the paths that xorriso finds in one of the trees: {@code any}, {@code norock}, {@code
   * ecma}.
   */
  List<String> paths(String tree) throws Exception {
    String said = tool("xorriso", "-read_fs", tree, "-indev", file.toString(), "-find", "/");
    return said.lines()
        .filter(line -> line.startsWith("'/") && line.length() > 3)
        .map(line -> line.substring(2, line.length() - 1))
        .toList();
  }

  /** Returns what xorriso extracts. */
  private SortedMap<String, String> extracted() throws Exception {
    Path target = Files.createTempDirectory(directory, "extracted");
    tool(
        "xorriso",
        "-hardlinks",
        "on",
        "-indev",
        file.toString(),
        "-osirrox",
        "on:device_files",
        "-extract",
        "/",
        target.toString());
    return UnpackedFiles.lines(target);
  }

  /** Checks that xorriso extracts the tree; reports only differences. */
  void extracts(FileTree tree) throws Exception {
    SortedMap<String, String> found = asExtracted(extracted());
    SortedMap<String, String> wanted = asExtracted(Trees.lines(tree));
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    assertThat(found.entrySet())
        .filteredOn(entry -> !entry.getValue().equals(wanted.get(entry.getKey())))
        .extracting(entry -> entry + " instead of " + wanted.get(entry.getKey()))
        .isEmpty();
  }

  /** Removes what an ISO image or xorriso does not keep. */
  private static SortedMap<String, String> asExtracted(SortedMap<String, String> lines) {
    SortedMap<String, String> kept = new TreeMap<>();
    lines.forEach(
        (path, line) -> {
          String without =
              Pattern.compile(" [{].*[}]$", Pattern.DOTALL)
                  .matcher(line)
                  .replaceFirst("")
                  .strip()
                  .replaceFirst("^link .*(?= 0\\d+ )", "link")
                  // It drops slashes at the end of a target, and all other attributes of a link.
                  .replaceFirst("^(symlink .*?)/* 0\\d+ \\d+:\\d+ @.*", "$1");
          kept.put(path, TIME.matcher(without).replaceFirst(IsoFile::nearest));
        });
    return kept;
  }

  /** Returns the nearest time that both an ISO image and the host's file system can store. */
  private static String nearest(MatchResult time) {
    return "@" + Math.clamp(Long.parseLong(time.group(1)), Integer.MIN_VALUE, 5_869_583_999L);
  }

  /** Removes devices whose numbers xorriso reads differently. */
  static FileTree forXorriso(FileTree tree) {
    List<String> devices = new ArrayList<>();
    tree.walk(
        entry -> {
          if (entry.node() instanceof Node.Device device && device.minor() > 0xff) {
            devices.add(entry.path());
          }
        });
    devices.forEach(tree::remove);
    return tree;
  }

  static FileTree tree() {
    return new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
  }

  static void file(FileTree tree, String path, Content content) {
    Trees.put(tree, path, new Node.RegularFile(Metadata.of(0644, 0, 0, Trees.TIME), content));
  }

  static byte[] bytes(SparseImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    image.writeTo(out);
    return out.toByteArray();
  }

  /** Returns a content that declares {@code size} bytes and gives {@code given} zeros. */
  static Content zeros(long size, int given) {
    return new Content() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public String sha256() {
        return "%064d".formatted(size);
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(new byte[given]);
      }
    };
  }
}
