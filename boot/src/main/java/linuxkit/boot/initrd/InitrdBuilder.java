package linuxkit.boot.initrd;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Lazy;
import linuxkit.base.Parallel;
import linuxkit.base.Progress;
import linuxkit.base.cache.CachedFile;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.loader.BootFiles;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.archive.CpioWriter;
import linuxkit.system.assembly.SystemTree;

/**
 * Makes the initrd of a system: a sequence of compressed cpio archives (see {@link SegmentPlan}),
 * or the pieces of a single one, each cached under the hash of its entries.
 */
public final class InitrdBuilder {
  private static final String KIND = "initrd";

  /**
   * @param workers number of threads that compress it
   */
  private record Job(Segment segment, int workers) {}

  /** Makes the cached file of a segment. */
  @FunctionalInterface
  private interface Make {
    CachedFile of(Job job);
  }

  private final WorkCache cache;
  private final InitrdCompression compression;
  private final Optional<BootFiles> programs;
  private final Progress progress;
  private final IdentityHashMap<FileTree, Initrd> built = new IdentityHashMap<>();
  private final Lazy<InitrdBuilder> plain;

  /** Creates a builder whose initrds are unpacked into memory. */
  public InitrdBuilder(WorkCache cache, InitrdCompression compression, Progress progress) {
    this(cache, compression, Optional.empty(), progress);
  }

  /**
   * @param programs finds the first stage, which mounts a root that stays an image; empty if
   *     everything is unpacked
   */
  public InitrdBuilder(
      WorkCache cache,
      InitrdCompression compression,
      Optional<BootFiles> programs,
      Progress progress) {
    this.cache = cache;
    this.compression = compression;
    this.programs = compression.keepsImage() ? programs : Optional.empty();
    this.progress = progress;
    this.plain = new Lazy<>(() -> new InitrdBuilder(cache, InitrdCompression.NONE, progress));
  }

  /** Returns a builder of initrds that are not compressed. */
  public InitrdBuilder uncompressed() {
    return plain.get();
  }

  /**
   * Checks that a system fits into an initrd and that its kernel can unpack it, as far as the
   * kernel's configuration is known.
   *
   * @throws linuxkit.base.Failure if it does not
   */
  public void check(SystemTree system) {
    checkKernel(system);
    if (programs.isPresent()) {
      ImageRoot.check(system);
    } else {
      system.files().walk(InitrdBuilder::check);
    }
  }

  // Files below boot are left out; see SegmentPlan.
  private static void check(FileTree.Entry entry) {
    if (!entry.path().startsWith("boot/")) {
      CpioWriter.check(entry.path(), entry.node());
    }
  }

  /**
   * Checks that a system's kernel can unpack any initrd.
   *
   * @throws InitrdFailure if it cannot
   */
  public void checkKernel(SystemTree system) {
    Optional<String> needed = compression.kernelOption();
    for (String option : Stream.concat(Stream.of("BLK_DEV_INITRD"), needed.stream()).toList()) {
      if (system.kernelConfig().filter(config -> !config.isBuiltIn(option)).isPresent()) {
        throw new InitrdFailure(
            "the kernel cannot unpack the initrd: it was built without CONFIG_" + option,
            system.kernelSource(),
            compression.kind() == InitrdCompression.Kind.ZSTD
                    && needed.filter(option::equals).isPresent()
                ? "try --initrd-compression gzip"
                : "use another kernel");
      }
    }
  }

  /**
   * Returns the initrd without microcode, which is made on the first call.
   *
   * @throws InitrdFailure if the system does not fit into an initrd
   * @throws linuxkit.base.FileFailure if a file cannot be read
   */
  public Initrd build(SystemTree system) {
    return built.computeIfAbsent(system.files(), _ -> make(system));
  }

  /** Returns an initrd of exactly these files, such as those of a first stage. */
  public Initrd build(FileTree files) {
    return built.computeIfAbsent(files, _ -> archives(files));
  }

  private Initrd make(SystemTree system) {
    if (programs.isPresent()) {
      try (Progress.Task _ = progress.begin("Compress the root", 0)) {
        return archives(ImageRoot.of(system, compression.level(), programs.get(), cache));
      }
    }
    warnOfAttributes(system.files());
    return archives(SharedFiles.link(system.files()));
  }

  private Initrd archives(FileTree files) {
    List<Segment> segments = new ArrayList<>(SegmentPlan.of(files));
    segments.add(InitrdMarks.end());
    long total = segments.stream().mapToLong(Segment::size).sum();
    try (Progress.Task task = progress.begin("Make the initrd", total)) {
      if (compression.isOneArchive()) {
        return oneArchive(segments, task);
      }
      List<CachedFile> made = new ArrayList<>(make(segments, job -> make(job, task)));
      int memory = memory(segments, made);
      made.addFirst(make(new Job(InitrdMarks.memory(memory), 1), task));
      return Initrd.of(made, memory);
    }
  }

  private Initrd oneArchive(List<Segment> segments, Progress.Task task) {
    InodeRanges inodes = new InodeRanges();
    long mark = inodes.first(InitrdMarks.MEMORY, 1);
    IdentityHashMap<Segment, Long> first = new IdentityHashMap<>();
    segments.forEach(each -> first.put(each, inodes.first(each.name(), each.entries())));
    List<CachedFile> made =
        new ArrayList<>(
            make(segments, job -> makePiece(job, first.getOrDefault(job.segment, 0L), task)));
    int memory = memory(segments, made);
    made.addFirst(makePiece(new Job(InitrdMarks.memory(memory), 1), mark, task));
    List<ArchivePiece> pieces = made.stream().map(ArchivePiece::of).toList();
    boolean gzip = compression.kind() == InitrdCompression.Kind.GZIP;
    return Initrd.of(new JoinedContent(OneArchive.of(pieces, gzip)), memory);
  }

  private static int memory(List<Segment> segments, List<CachedFile> made) {
    return InitrdMarks.machine(
        made.stream().mapToLong(CachedFile::size).sum(),
        segments.stream().mapToLong(Segment::unpacked).sum(),
        segments.stream().mapToLong(Segment::files).sum());
  }

  private static List<CachedFile> make(List<Segment> segments, Make make) {
    // Largest first, so that no large one is left to a single thread at the end.
    List<Segment> order =
        segments.stream().sorted((a, b) -> Long.compare(b.size(), a.size())).toList();
    List<CachedFile> made = Parallel.map(jobs(order), make::of);
    return segments.stream().map(segment -> made.get(order.indexOf(segment))).toList();
  }

  /**
   * Assigns threads to archives. One is enough while there are other archives to compress; the last
   * ones get more. Each takes some megabytes of memory, which limits them to half of the
   * processors, or two.
   */
  private static List<Job> jobs(List<Segment> order) {
    int processors = Runtime.getRuntime().availableProcessors();
    List<Job> jobs = new ArrayList<>();
    long left = order.stream().mapToLong(Segment::size).sum();
    for (Segment segment : order) {
      long share = Math.round((double) processors * segment.size() / left);
      jobs.add(new Job(segment, Math.clamp(share, 1, Math.max(2, processors / 2))));
      left -= segment.size();
    }
    return jobs;
  }

  private CachedFile make(Job job, Progress.Task task) {
    return cache.get(
        KIND,
        job.segment.key(compression.ofArchives()),
        out -> {
          progress.detail("Compress " + job.segment.name());
          job.segment.write(compression.ofArchives(), job.workers, task, out);
        });
  }

  private CachedFile makePiece(Job job, long inode, Progress.Task task) {
    return cache.get(
        KIND,
        job.segment.pieceKey(compression, inode),
        out -> {
          progress.detail("Compress " + job.segment.name());
          job.segment.writePiece(compression, inode, job.workers, task, out);
        });
  }

  private void warnOfAttributes(FileTree files) {
    List<FileTree.Entry> with = new ArrayList<>();
    files.walk(
        entry -> {
          if (!entry.node().metadata().xattrs().isEmpty() && !entry.path().startsWith("boot/")) {
            with.add(entry);
          }
        });
    if (!with.isEmpty()) {
      FileTree.Entry first = with.getFirst();
      progress.warn(
          "an initrd cannot carry extended attributes: those of "
              + with.size()
              + (with.size() == 1 ? " file" : " files")
              + " are left out, such as "
              + first.node().metadata().xattrs().firstKey()
              + " of "
              + first.path());
    }
  }
}
