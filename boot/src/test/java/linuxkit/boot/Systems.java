package linuxkit.boot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Platform;
import linuxkit.system.assembly.SystemTree;

/** Small systems to write. */
public final class Systems {
  private static final Metadata FOLDER = Metadata.of(0755, 0, 0, 1492533000);

  private Systems() {}

  /** Options without boot loaders, for formats that need none. */
  public static final OutputOptions AMD64 =
      new OutputOptions(
          Platform.linux("amd64"),
          component -> {
            throw new AssertionError("must not be asked for: " + component);
          },
          DiskOptions.DEFAULT,
          RootOptions.DEFAULT);

  /** Returns a kernel, microcode, a base system with every type of file, and two containers. */
  public static SystemTree full() {
    FileTree files = new FileTree(FOLDER);
    Content kernel = text("the kernel");
    Content microcode = text("070701 microcode");
    folder(files, "bin");
    Node tool = file(04755, noise(3_000_000, 7));
    put(files, "bin/tool", tool);
    put(files, "bin/other-name", tool);
    put(files, "bin/sh", new Node.Symlink(FOLDER, "tool"));
    folder(files, "boot");
    put(files, "boot/cmdline", file(0644, text("console=ttyS0")));
    put(files, "boot/kernel", file(0644, kernel));
    put(files, "boot/ucode.cpio", file(0644, microcode));
    put(files, "boot/zimage", file(0644, text("something else")));
    folder(files, "containers");
    folder(files, "containers/onboot");
    container(files, "containers/onboot/000-sysctl", 1);
    folder(files, "containers/services");
    put(files, "containers/services/README", file(0644, text("not a container")));
    container(files, "containers/services/web", 2);
    folder(files, "etc");
    put(files, "etc/empty", file(0600, text("")));
    put(files, "etc/grüße", file(0644, text("hello")));
    return new SystemTree(files, Optional.of(kernel), Optional.of(microcode), "console=ttyS0");
  }

  private static void container(FileTree files, String path, int seed) {
    folder(files, path);
    put(files, path + "/config.json", file(0644, text("{}")));
    folder(files, path + "/rootfs");
    put(files, path + "/rootfs/data", file(0644, noise(200_000, seed)));
  }

  /** Returns {@link #full} with other content in one container. */
  public static SystemTree withOtherWeb() {
    SystemTree system = full();
    put(system.files(), "containers/services/web/config.json", file(0644, text("{\"a\":1}")));
    return system;
  }

  /** Returns a system with a file whose bytes end in an error. */
  public static SystemTree unreadable() {
    SystemTree system = full();
    put(system.files(), "etc/broken", file(0644, broken(noise(2_000_000, 5))));
    return system;
  }

  public static void folder(FileTree files, String path) {
    put(files, path, new Node.Directory(FOLDER));
  }

  public static void put(FileTree files, String path, Node node) {
    files.put(path, node, new Origin("services[0]", "docker.io/library/web:1", ""));
  }

  public static Node file(int permissions, Content content) {
    return new Node.RegularFile(Metadata.of(permissions, 0, 0, 1492533000), content);
  }

  public static Node fileWithXattr(String name) {
    TreeMap<String, String> xattrs = new TreeMap<>();
    xattrs.put(name, "x");
    return new Node.RegularFile(new Metadata(0755, 0, 0, 0, xattrs), text("ping"));
  }

  public static Content text(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns bytes that compress to half their size. */
  public static Content noise(int size, int seed) {
    byte[] bytes = new byte[size];
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) random.nextInt(16);
    }
    return Content.of(bytes);
  }

  /** Returns the content of a file that has disappeared since it was found. */
  public static Content gone(Path file) {
    return new Content() {
      @Override
      public long size() {
        return 4096;
      }

      @Override
      public String sha256() {
        throw new AssertionError("must not be hashed");
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }
    };
  }

  /** Returns a content that must not be read. */
  static Content unread(long size) {
    return new Content() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public String sha256() {
        throw new AssertionError("must not be read");
      }

      @Override
      public InputStream open() {
        throw new AssertionError("must not be read");
      }
    };
  }

  private static Content broken(Content whole) {
    return new Content() {
      @Override
      public long size() {
        return whole.size();
      }

      @Override
      public String sha256() {
        return whole.sha256();
      }

      @Override
      public InputStream open() throws IOException {
        byte[] half = whole.open().readNBytes((int) (whole.size() / 2));
        return new SequenceInputStream(
            new ByteArrayInputStream(half),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("the disk is broken");
              }

              @Override
              public int read(byte[] bytes, int offset, int count) throws IOException {
                throw new IOException("the disk is broken");
              }
            });
      }
    };
  }
}
