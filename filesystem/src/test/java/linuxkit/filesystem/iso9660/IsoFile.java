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
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Tool;
import linuxkit.filesystem.Trees;
import linuxkit.filesystem.UnpackedFiles;

/** A volume in a file, and what xorriso and isoinfo say of it. */
record IsoFile(Path directory, Path file) {
  static final IsoOptions OPTIONS = IsoOptions.of("LinuxKit", Trees.TIME);

  /** Content above this is zeros in these tests: holes say the same, and cost nothing. */
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
    return Tool.run(directory, Path.of("/dev/null"), command);
  }

  /** Has xorriso load the tree and read every block, neither with a complaint. */
  void check() throws Exception {
    String said = tool("xorriso", "-indev", file.toString(), "-check_media", "use=indev", "--");
    assertThat(said).contains("+ good").doesNotContain("WARNING", "SORRY", "FAILURE", "- ");
  }

  /**
   * The paths that xorriso finds in one of the trees: {@code any}, {@code norock}, {@code ecma}.
   */
  List<String> paths(String tree) throws Exception {
    String said = tool("xorriso", "-read_fs", tree, "-indev", file.toString(), "-find", "/");
    return said.lines()
        .filter(line -> line.startsWith("'/") && line.length() > 3)
        .map(line -> line.substring(2, line.length() - 1))
        .toList();
  }

  /** What xorriso makes of it on this machine. */
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

  /** Sees that xorriso extracts the tree; tells what differs only. */
  void extracts(FileTree tree) throws Exception {
    SortedMap<String, String> found = asExtracted(extracted());
    SortedMap<String, String> wanted = asExtracted(Trees.lines(tree));
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    assertThat(found.entrySet())
        .filteredOn(entry -> !entry.getValue().equals(wanted.get(entry.getKey())))
        .extracting(entry -> entry + " instead of " + wanted.get(entry.getKey()))
        .isEmpty();
  }

  /** Without what an ISO image or xorriso does not keep. */
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
                  // It leaves slashes at the end of a target away, and all else of a link.
                  .replaceFirst("^(symlink .*?)/* 0\\d+ \\d+:\\d+ @.*", "$1");
          kept.put(path, TIME.matcher(without).replaceFirst(IsoFile::nearest));
        });
    return kept;
  }

  /** Of the times that an ISO image and the file system of this machine can say both. */
  private static String nearest(MatchResult time) {
    return "@" + Math.clamp(Long.parseLong(time.group(1)), Integer.MIN_VALUE, 5_869_583_999L);
  }

  /** Takes away the devices whose numbers xorriso reads in its own way. */
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

  /** Says that it has so many bytes, and gives so many zeros. */
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
