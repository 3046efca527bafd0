package linuxkit.boot.initrd;

import java.nio.charset.StandardCharsets;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Two files by which {@code /init} recognises an initrd that was not unpacked to its end, as
 * happens on a machine with too little memory: the kernel reports that and starts what there is.
 * {@code /init} removes both; the {@code /init} of other guests ignores them.
 */
public final class InitrdMarks {
  /** In the first archive: the least memory of a machine, in MiB, as a decimal number. */
  public static final String MEMORY = ".linuxkit-memory";

  /** In the last archive: empty. */
  public static final String END = ".linuxkit-end";

  private static final long PAGE = 4096;
  // In bytes, for each file: an inode and a directory entry of the kernel.
  private static final long INODE = 1024;
  // In MiB: the kernel, its tables for 1 GiB of memory, and some room. Linux 6.12 takes about 65.
  private static final long KERNEL = 80;

  private InitrdMarks() {}

  /** Returns whether an entry of an initrd is one of the marks. */
  public static boolean contains(String path) {
    return path.equals(MEMORY) || path.equals(END);
  }

  static Segment memory(int mebibytes) {
    return segment("the needed memory", MEMORY, mebibytes + "\n");
  }

  static Segment end() {
    return segment("the end mark", END, "");
  }

  private static Segment segment(String name, String path, String text) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Content content = Content.of(text.getBytes(StandardCharsets.US_ASCII));
    tree.put(path, new Node.RegularFile(Metadata.of(0444, 0, 0, 0), content), Origin.NONE);
    Segment segment = new Segment(name);
    tree.walk(segment::add);
    return segment;
  }

  /** Returns the memory that a file with this much content takes when unpacked, in bytes. */
  static long unpacked(long content) {
    return (content + PAGE - 1) / PAGE * PAGE;
  }

  /**
   * Returns the least memory of a machine, in MiB. The kernel unpacks into a file system whose
   * limit is half of the memory that is free while the packed initrd is still there.
   *
   * @param packed size of the initrd in bytes
   * @param unpacked sum of the sizes by {@link #unpacked}
   * @param files their number
   */
  static int machine(long packed, long unpacked, long files) {
    return Math.toIntExact(((2 * unpacked + packed + files * INODE) >> 20) + 1 + KERNEL);
  }
}
