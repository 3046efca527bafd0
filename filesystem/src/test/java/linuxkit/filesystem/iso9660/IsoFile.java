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
    String said =
        tool("xorriso", "-read_fs", tree, "-indev", file.toString(), "-find", "/", "-print");
    return said.lines()
        .filter(line -> line.startsWith("'/") && line.length() > 3)
        .map(line -> line.substring(2, line.length() - 1))
        .toList();
  }

  /** What xorriso makes of it on this machine. */
  SortedMap<String, String> extracted() throws Exception {
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

  /** What {@link #extracted} is to give. */
  static SortedMap<String, String> expected(FileTree tree) {
    SortedMap<String, String> lines = new TreeMap<>(Trees.lines(tree));
    lines.replaceAll(
        (_, line) ->
            line.replaceFirst("^link .*(?= 0\\d+ )", "link")
                // It leaves slashes at the end of a target away.
                .replaceFirst("^(symlink .*[^/])/+(?= 0\\d+ )", "$1")
                .replaceFirst("[{].*[}]$", "{}"));
    return lines;
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
