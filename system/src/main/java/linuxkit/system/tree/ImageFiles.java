package linuxkit.system.tree;

import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Turns an image's files into a root file system: removes what a container's build leaves behind,
 * and adds what every system needs.
 */
public final class ImageFiles {
  private static final List<String> LEFTOVERS =
      List.of(".dockerenv", "Dockerfile", "dev/console", "dev/pts", "dev/shm", "etc/hostname");
  private static final Content HOSTS =
      content(
          """
          127.0.0.1       localhost
          ::1     localhost ip6-localhost ip6-loopback
          fe00::0 ip6-localnet
          ff00::0 ip6-mcastprefix
          ff02::1 ip6-allnodes
          ff02::2 ip6-allrouters
          """);
  private static final Content RESOLV_CONF = content("\n# no resolv.conf configured\n");

  /** The type of {@code etc/resolv.conf}. */
  public enum ResolvConf {
    /** A link to the file that the running system writes. */
    LINK,
    /** A file, as a mount point. */
    FILE
  }

  private final FileTree tree;
  private final long modified;

  private ImageFiles(FileTree tree, long modified) {
    this.tree = tree;
    this.modified = modified;
  }

  /**
   * Changes a tree and returns it.
   *
   * @param modified the time of added files
   */
  public static FileTree prepare(FileTree tree, ResolvConf resolvConf, long modified) {
    new ImageFiles(tree, modified).prepare(resolvConf);
    return tree;
  }

  private void prepare(ResolvConf resolvConf) {
    for (String path : LEFTOVERS) {
      tree.find(path).filter(entry -> entry.children().isEmpty()).ifPresent(_ -> tree.remove(path));
    }
    for (String path : List.of("dev", "dev/pts", "dev/shm", "etc")) {
      directory(path);
    }
    put("etc/hosts", new Node.RegularFile(metadata(0644), HOSTS));
    tree.find("etc/mtab")
        .ifPresentOrElse(
            this::touch, () -> put("etc/mtab", new Node.Symlink(metadata(0755), "/proc/mounts")));
    put(
        "etc/resolv.conf",
        switch (resolvConf) {
          case LINK -> new Node.Symlink(metadata(0777), "/run/resolvconf/resolv.conf");
          case FILE -> new Node.RegularFile(metadata(0644), RESOLV_CONF);
        });
    directory("proc");
    directory("sys");
  }

  private void directory(String path) {
    put(path, new Node.Directory(metadata(0755)));
  }

  private void touch(FileTree.Entry entry) {
    Metadata old = entry.node().metadata();
    Metadata now = new Metadata(old.permissions(), old.uid(), old.gid(), modified, old.xattrs());
    Node node =
        switch (entry.node()) {
          case Node.RegularFile file -> new Node.RegularFile(now, file.content());
          case Node.Symlink link -> new Node.Symlink(now, link.target());
          case Node.Directory _, Node.Device _, Node.Fifo _ -> entry.node();
        };
    tree.put(entry.path(), node, entry.origin());
  }

  private void put(String path, Node node) {
    tree.put(path, node, Origin.NONE);
  }

  private Metadata metadata(int permissions) {
    return Metadata.of(permissions, 0, 0, modified);
  }

  private static Content content(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
