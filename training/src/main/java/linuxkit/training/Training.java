package linuxkit.training;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;

/**
 * Prepares and drives the run that the AOT archive of the distribution is recorded from: the most
 * common commands, on components generated here. The archive holds the classes that they load and
 * the methods that they make hot, so the run must be long enough for the compiler to notice.
 */
final class Training {
  private static final int FILES = 400;
  private static final int LARGE = 24 << 20;
  private static final int ROUNDS = 3;
  private static final Metadata METADATA = Metadata.of(0755, 0, 0, 0);

  private final Path work;

  private Training(Path work) {
    this.work = work;
  }

  /**
   * @param args {@code prepare DIRECTORY}, or {@code run DIRECTORY COMMAND…}, where the command
   *     runs the command lines of a file that is appended to it. Between the two, the directory is
   *     put under git, except for what {@code .gitignore} names.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Training training = new Training(Path.of(args[1]));
    if (args[0].equals("prepare")) {
      training.prepare();
    } else {
      System.exit(training.run(List.of(args).subList(2, args.length)));
    }
  }

  private void prepare() throws IOException {
    Files.writeString(
        work.resolve(".gitignore"),
        "/.linuxkit\n/cache\n/pulled\n/system-*\n/system.tar\n/labelled.tar\n/many*\n/signed*\n/commands\n");
    component(
        "kernel",
        """
        files:
          - {path: /kernel, source: large}
          - {path: /kernel.tar, source: kernel.tar}
          - {path: /kernel.config, source: kernel.config}
        labels:
          org.mobyproject.linuxkit.modules: '["one"]'
        """);
    component(
        "tool",
        """
        tag: training
        files:
          - {path: /bin/tool, source: large}
          - {path: /usr/share, source: many}
          - {path: /bin/other, symlink: tool}
          - path: /usr/share/doc/example/copyright
            contents: |
              Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

              Files: *
              Copyright: nobody
              License: GPL-2+ and (Expat or public-domain)

              Files: debian/*
              Copyright: nobody
              License: GPL-2+ or Artistic, and Expat

              Files: configure
              Copyright: nobody
              License: GPL-2+ with Autoconf exception or FSF-unlimited
          - {path: /usr/share/doc/other, symlink: example}
          - {path: /tmp, directory: true, mode: "1777"}
          - {path: /etc/motd, contents: "hello\\n"}
          - path: /var/lib/dpkg/status
            contents: |
              Package: example
              Status: install ok installed
              Maintainer: Somebody <somebody@example.org>
              Architecture: all
              Version: 1:1.0-1+b1
              Source: other (1.0)
        config:
          command: [/bin/tool]
          capabilities: [CAP_NET_ADMIN]
          binds: ["/etc/resolv.conf:/etc/resolv.conf"]
          devices: [{path: /dev/null, type: c, major: 1, minor: 3, mode: "0666"}]
        """);
    component(
        "system",
        """
        debian:
          suite: trixie
          packages: {amd64: [base-files], arm64: [base-files]}
          exclude: [bash]
          keep: ["/usr/lib/*/libc.so.6"]
          drop: [/bin] # a comment
        files:
          - {path: /usr/bin/guest, guest: true}
        kernel: true
        labels:
          example: >-
            text of
            two lines
        """);
    component("list", "debian: {packages: [base-files]}\n");
    byte[] large = large();
    Files.write(work.resolve("kernel/large"), large);
    Files.write(work.resolve("tool/large"), large);
    many(work.resolve("tool/many"));
    Files.writeString(work.resolve("kernel/kernel.config"), kernelConfig());
    kernelTar(work.resolve("kernel/kernel.tar"), large);
    Files.writeString(work.resolve("system.yml"), SYSTEM);
    Path outside = Files.createDirectories(work.resolve("outside"));
    Files.writeString(outside.resolve("labelled.yml"), "kernel: {image: \"@pkg:../kernel\"}\n");
    Files.writeString(work.resolve("wrong.yml"), "kernal: {}\nservices: [{image: a}]\n");
  }

  private int run(List<String> command) throws IOException, InterruptedException {
    try (TrainingRegistry registry = TrainingRegistry.start()) {
      RegistryManifests.write(work, registry);
      Path file = work.resolve("commands");
      Files.write(file, commands(registry.authority() + "/tool:1"));
      List<String> whole = new ArrayList<>(command);
      whole.add(file.toString());
      return new ProcessBuilder(whole).inheritIO().start().waitFor();
    }
  }

  private List<String> commands(String image) {
    List<String> lines = new ArrayList<>();
    add(lines, 0, "version");
    add(lines, 0, "--help");
    add(lines, 0, "build", "--help");
    add(lines, 0, "pkg", "show-tag", work + "/tool");
    add(lines, 0, "pkg", "show-tag", work + "/system");
    add(lines, 0, "pkg", "show-tag", work + "/list");
    add(lines, 0, "pkg", "build", work + "/kernel", work + "/tool");
    for (int i = 0; i < ROUNDS; i++) {
      add(lines, 0, "build", "--dir", work.toString(), work + "/system.yml");
      add(lines, 0, "build", "--dir", work.toString(), "--format", "tar", work + "/system.yml");
      String roots = "kernel+squashfs,kernel+erofs,kernel+iso";
      add(lines, 0, "build", "--dir", work.toString(), "--format", roots, work + "/system.yml");
      add(
          lines,
          0,
          "build",
          "--erofs-compression=lz4",
          "--dir",
          work.toString(),
          "--format=kernel+erofs",
          work + "/system.yml");
    }
    add(
        lines,
        0,
        "build",
        "--dir",
        work.toString(),
        "--format",
        "tar",
        work + "/outside/labelled.yml");
    add(lines, 0, "cache", "ls");
    add(lines, 1, "build", "--dir", work.toString(), work + "/wrong.yml");
    String pulled = work + "/pulled";
    add(lines, 0, "cache", "push", "--remote-name", image, "linuxkit/tool:training");
    add(lines, 0, "--cache", pulled, "cache", "pull", image);
    add(lines, 0, "--cache", pulled, "cache", "ls");
    String[] signed = {
      "--cache",
      pulled,
      "--trust",
      work + "/signed-trust.yml",
      "build",
      "--format",
      "tar",
      "--dir",
      work.toString(),
      work + "/signed.yml"
    };
    String[] many = {
      "--cache", pulled, "build", "--format", "tar", "--dir", work.toString(), work + "/many.yml"
    };
    for (int i = 0; i < ROUNDS; i++) {
      add(lines, 0, signed);
      add(lines, 0, many);
    }
    return lines;
  }

  private static void add(List<String> lines, int status, String... arguments) {
    lines.add(status + "\t" + String.join("\t", arguments));
  }

  private static final String SYSTEM =
      """
      kernel:
        image: "@pkg:./kernel"
        cmdline: "console=ttyS0"
        modules: [one, "other?1*", overlay, virtio_blk]
      init:
        - "@pkg:./tool"
      onboot:
        - name: first
          image: "@pkg:./tool"
          command: ["/bin/tool", "-1"]
          readonly: true
      onshutdown:
        - name: last
          image: "@pkg:./tool"
          capabilities: []
      services:
        - name: tool
          image: "@pkg:./tool"
          env: [A=B]
          runtime:
            mkdir: [/var/lib/tool]
      files:
        - path: etc/text
          contents: "text"
          mode: "0600"
      """;

  private void component(String name, String definition) throws IOException {
    Path folder = Files.createDirectories(work.resolve(name));
    Files.writeString(folder.resolve("build.yml"), "image: " + name + "\n" + definition);
  }

  /** Returns bytes that compress about as well as programs. */
  private static byte[] large() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] bytes = new byte[LARGE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(1 << random.nextInt(1, 8));
    }
    return bytes;
  }

  private static void many(Path folder) throws IOException {
    for (int i = 0; i < FILES; i++) {
      Path directory = Files.createDirectories(folder.resolve("directory-" + i % 16));
      Files.writeString(directory.resolve("file-" + i), "content ".repeat(i));
    }
  }

  private static String kernelConfig() {
    String builtIn =
        """
        BLK_DEV_INITRD RD_ZSTD PROC_FS SYSFS TMPFS DEVTMPFS UNIX CGROUPS NAMESPACES PID_NS NET_NS \
        IPC_NS UTS_NS SQUASHFS SQUASHFS_ZLIB EROFS_FS ISO9660_FS""";
    return Stream.of(builtIn.split(" "))
        .map(option -> "CONFIG_" + option + "=y\n")
        .collect(Collectors.joining("", "", "CONFIG_EROFS_FS_ZIP=y\nCONFIG_OVERLAY_FS=m\n"));
  }

  private static void kernelTar(Path file, byte[] large) throws IOException {
    FileTree tree = new FileTree(METADATA);
    String version = "lib/modules/1";
    for (String directory : List.of("lib", "lib/modules", version, version + "/more")) {
      tree.put(directory, new Node.Directory(METADATA), Origin.NONE);
    }
    StringBuilder dep = new StringBuilder("one.ko:");
    StringBuilder alias = new StringBuilder("alias pci:v*d* one\n");
    put(tree, version + "/one.ko", large);
    put(tree, version + "/more/two.ko", bytes("two"));
    put(tree, version + "/overlay.ko", bytes("overlay"));
    // A driver that needs a first stage.
    put(tree, version + "/virtio_blk.ko", bytes("driver"));
    put(tree, version + "/modules.builtin", bytes("squashfs.ko\nerofs.ko\nisofs.ko\n"));
    for (int i = 0; i < FILES; i++) {
      put(tree, version + "/other-" + i + ".ko", new byte[i]);
      dep.append(i == 0 ? "" : " other-" + i + ".ko");
      alias.append("alias fs-" + i + " other_" + i + "\n");
    }
    dep.append("\nmore/two.ko:\noverlay.ko:\nvirtio_blk.ko:\n");
    for (int i = 0; i < FILES; i++) {
      dep.append("other-" + i + ".ko:\n");
    }
    put(tree, version + "/modules.dep", bytes(dep));
    put(tree, version + "/modules.alias", bytes(alias));
    put(tree, version + "/modules.softdep", bytes("softdep one pre: fs-3\n"));
    try (OutputStream out = Files.newOutputStream(file)) {
      TarWriter tar = new TarWriter(out);
      tar.addTree(tree, TarWriter.NO_RECORDS);
      tar.finish();
    }
  }

  private static void put(FileTree tree, String path, byte[] bytes) {
    tree.put(path, new Node.RegularFile(METADATA, Content.of(bytes)), Origin.NONE);
  }

  private static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
