package linuxkit.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Sha256;

/** Sample trees, and their expected content as one line of text for each path. */
public final class Trees {
  public static final long TIME = 1_492_533_000;
  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "bin",
          ".hidden",
          "with space",
          "größe",
          "文件",
          "e\u0301",
          "é",
          "😀",
          "a=b",
          "-rf",
          "..a",
          "...",
          "back\\slash",
          "100%",
          "n".repeat(60),
          "m".repeat(99));

  private Trees() {}

  /**
   * Returns a tree with every type of file and with names and sizes around the limits of all
   * formats.
   */
  public static FileTree sample() {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, TIME));
    put(tree, "dev", directory(0755));
    put(tree, "dev/null", device(Node.Device.Kind.CHARACTER, 1, 3));
    put(tree, "dev/vda", device(Node.Device.Kind.BLOCK, 254, 300));
    put(tree, "dev/big", device(Node.Device.Kind.CHARACTER, 4095, 1_048_575));
    put(tree, "dev/fifo", new Node.Fifo(Metadata.of(0622, 0, 0, TIME)));
    put(tree, "empty", directory(01777));
    put(tree, "bin", directory(0755));
    Node shell = file(new byte[70_000], Metadata.of(04755, 0, 0, TIME));
    put(tree, "bin/sh", shell);
    put(tree, "bin/a first name", shell);
    put(tree, "bin/sh.old", shell);
    put(tree, "links", directory(0700));
    put(tree, "links/sh", shell);
    put(tree, "links/null", tree.find("dev/null").orElseThrow().node());
    put(tree, "links/relative", symlink("../bin/sh"));
    put(tree, "links/absolute", symlink("/bin/größe"));
    put(tree, "links/dangling", symlink("t/".repeat(200)));
    put(tree, "sizes", directory(0755));
    for (int size : new int[] {0, 1, 3, 4, 511, 512, 513, 8191, 262_143, 262_144, 300_001}) {
      put(tree, "sizes/" + size, file(new byte[size], Metadata.of(0644, 1000, 100, size)));
    }
    put(tree, "owned", file(new byte[9], Metadata.of(02640, 0xffff_fffeL, 2_097_152, TIME)));
    put(tree, "größe", directory(0755));
    put(tree, "größe/文件 😀", file("text".getBytes(UTF_8), Metadata.of(0, 0, 0, 0)));
    String path = "";
    for (int i = 0; i < 30; i++) {
      path = (path.isEmpty() ? "" : path + "/") + "d".repeat(10 + i % 3);
      put(tree, path, directory(0755));
      put(
          tree,
          path + "/" + "f".repeat(89 + i % 13),
          file(new byte[i], Metadata.of(0600, 0, 0, 1)));
    }
    put(tree, "n".repeat(255), file(new byte[2], Metadata.of(0644, 0, 0, TIME)));
    return tree;
  }

  /** Returns a random tree with entries of all types and any metadata; equal for equal seeds. */
  public static FileTree random(long seed, int entries) {
    Random random = new Random(seed);
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, TIME));
    List<String> directories = new ArrayList<>(List.of(""));
    List<Node> linkable = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      String parent = directories.get(random.nextInt(directories.size()));
      String name = NAMES.get(random.nextInt(NAMES.size())) + (random.nextBoolean() ? "" : i);
      String path = parent.isEmpty() ? name : parent + "/" + name;
      if (tree.find(path).isPresent() || path.length() > 1000) {
        continue;
      }
      Node node = node(random, linkable);
      tree.put(path, node, Origin.NONE);
      if (node instanceof Node.Directory) {
        directories.add(path);
      } else if (node.canHaveLinks()) {
        linkable.add(node);
      }
    }
    return tree;
  }

  private static Node node(Random random, List<Node> linkable) {
    TreeMap<String, String> xattrs = new TreeMap<>();
    for (int i = random.nextInt(10) - 7; i > 0; i--) {
      byte[] value = new byte[random.nextInt(40)];
      random.nextBytes(value);
      xattrs.put("user.größe " + i, new String(value, StandardCharsets.ISO_8859_1));
    }
    Metadata metadata =
        new Metadata(
            random.nextInt(010000),
            random.nextLong(random.nextBoolean() ? 1000 : 0xffff_ffffL),
            random.nextLong(random.nextBoolean() ? 1000 : 0xffff_ffffL),
            random.nextBoolean() ? TIME : random.nextLong() >> random.nextInt(40),
            xattrs);
    return switch (random.nextInt(10)) {
      case 0, 1 -> new Node.Directory(metadata);
      case 2 -> new Node.Symlink(metadata, "../".repeat(random.nextInt(50)) + "größe");
      case 3 ->
          new Node.Device(
              metadata,
              random.nextBoolean() ? Node.Device.Kind.BLOCK : Node.Device.Kind.CHARACTER,
              random.nextInt(4096),
              random.nextInt(1 << 20));
      case 4 -> new Node.Fifo(metadata);
      case 5, 6 ->
          linkable.isEmpty()
              ? new Node.Fifo(metadata)
              : linkable.get(random.nextInt(linkable.size()));
      default -> {
        byte[] bytes = new byte[random.nextInt(1500)];
        random.nextBytes(bytes);
        yield file(bytes, metadata);
      }
    };
  }

  public static void put(FileTree tree, String path, Node node) {
    tree.put(path, node, new Origin("init[0]", "example/größe:1", ""));
  }

  public static Node directory(int permissions) {
    return new Node.Directory(Metadata.of(permissions, 0, 0, TIME));
  }

  public static Node file(byte[] bytes, Metadata metadata) {
    return new Node.RegularFile(metadata, Content.of(bytes));
  }

  private static Node symlink(String target) {
    return new Node.Symlink(Metadata.of(0777, 0, 0, TIME), target);
  }

  private static Node device(Node.Device.Kind kind, int major, int minor) {
    return new Node.Device(Metadata.of(0666, 0, 5, TIME), kind, major, minor);
  }

  /** Returns what a reader should see: a line for each path, see {@link #line}. */
  public static SortedMap<String, String> lines(FileTree tree) {
    SortedMap<String, String> lines = new TreeMap<>();
    IdentityHashMap<Node, String> first = new IdentityHashMap<>();
    tree.walk(
        entry -> {
          Node node = entry.node();
          String link = node.canHaveLinks() ? first.putIfAbsent(node, entry.path()) : null;
          String what =
              switch (node) {
                case Node.Directory _ -> "directory";
                case Node.Fifo _ -> "fifo";
                case Node.Symlink symlink -> "symlink " + symlink.target();
                case Node.Device d ->
                    (d.kind() == Node.Device.Kind.BLOCK ? "block " : "character ")
                        + (d.major() + ":" + d.minor());
                case Node.RegularFile file -> "file " + file.content().sha256();
              };
          lines.put(entry.path(), line(link == null ? what : "link " + link, node.metadata()));
        });
    return lines;
  }

  public static String line(String what, Metadata metadata) {
    return "%s 0%o %d:%d @%d %s"
        .formatted(
            what,
            metadata.permissions(),
            metadata.uid(),
            metadata.gid(),
            metadata.modified(),
            what.startsWith("link") ? "" : metadata.xattrs());
  }

  public static String file(byte[] bytes) {
    return "file " + Sha256.hex(bytes);
  }
}
