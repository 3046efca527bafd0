package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.boot.initrd.Initrd;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.system.assembly.SystemTree;

/** Writes tar archives. */
final class TarArtefacts {
  private static final String DOCKERFILE =
      """

      FROM scratch

      COPY . ./

      ENTRYPOINT ["/bin/rc.init"]
      """;

  private final SystemTree system;
  private final long time;

  /**
   * @param time of generated files, in seconds since 1970
   */
  TarArtefacts(SystemTree system, long time) {
    this.system = system;
    this.time = time;
  }

  /** Writes the files of the system, and a Dockerfile if {@code docker} is set. */
  void system(boolean docker, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    tar.addTree(system.files(), TarArtefacts::records);
    if (docker) {
      add(tar, "Dockerfile", Content.of(DOCKERFILE.getBytes(StandardCharsets.US_ASCII)));
    }
    tar.finish();
  }

  /** Returns the origin of a file, by which a later build recognizes its parts (section 3.2). */
  private static SortedMap<String, String> records(FileTree.Entry entry) {
    Origin origin = entry.origin();
    SortedMap<String, String> records = new TreeMap<>();
    if (!origin.location().isEmpty()) {
      records.put("LINUXKIT.location", origin.location());
      records.put("LINUXKIT.source", origin.source());
    }
    return records;
  }

  /** Writes the initrd, and kernel, command line and microcode if there are any. */
  void kernelAndInitrd(Optional<Content> kernel, Initrd initrd, Content cmdline, OutputStream out)
      throws IOException {
    TarWriter tar = new TarWriter(out);
    if (kernel.isPresent()) {
      add(tar, "kernel", kernel.get());
    }
    add(tar, "initrd.img", initrd);
    add(tar, "cmdline", cmdline);
    if (system.microcode().isPresent()) {
      add(tar, "ucode.cpio", system.microcode().get());
    }
    tar.finish();
  }

  /** Writes any files, without their origin. */
  static void tree(FileTree files, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    tar.addTree(files, TarWriter.NO_RECORDS);
    tar.finish();
  }

  private void add(TarWriter tar, String name, Content content) throws IOException {
    if (content.size() > 0) {
      tar.add(
          name,
          new Node.RegularFile(Metadata.of(0644, 0, 0, time), content),
          Collections.emptySortedMap());
    }
  }
}
