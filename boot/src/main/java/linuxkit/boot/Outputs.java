package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.own.NamedOutput;
import linuxkit.base.own.PathLinks;
import linuxkit.boot.initrd.Initrd;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.boot.initrd.InitrdFailure;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.boot.output.ArtefactContent;
import linuxkit.boot.output.ArtefactFiles;
import linuxkit.disk.DiskFailure;
import linuxkit.filesystem.fat.FatFailure;
import linuxkit.filesystem.iso9660.IsoFailure;
import linuxkit.system.assembly.SystemTree;

/**
 * Writes a system in several formats at once. Artefacts are put in place once all of them are
 * complete; a file that would not change is left as it is, unless it is written out of order.
 */
public final class Outputs {

  private final WorkCache cache;
  private final OutputOptions options;
  private final InitrdBuilder initrds;
  private final Progress progress;

  public Outputs(
      WorkCache cache, InitrdCompression compression, OutputOptions options, Progress progress) {
    this.cache = cache;
    this.options = options;
    this.initrds =
        new InitrdBuilder(cache, compression, Optional.of(options.bootFiles()), progress);
    this.progress = progress;
  }

  /**
   * Writes the artefacts of all formats to {@code DIRECTORY/NAME-kernel} and so on, and removes
   * artefacts of an earlier build that would otherwise be taken for this system's.
   *
   * @param directory must exist
   * @return the artefacts, in order
   * @throws linuxkit.base.Failure if the system cannot be written in one of the formats, one of its
   *     files cannot be read, or an artefact cannot be written; no artefact has then changed
   */
  public List<Artefact> write(
      SystemTree system, List<Format> formats, Path directory, String name) {
    check(directory);
    Artefacts artefacts = new Artefacts(system, name, options, cache, initrds, progress);
    List<Format> distinct = Formats.distinct(formats);
    Formats.check(distinct, options.platform());
    artefacts.check(distinct);
    Map<Path, ArtefactContent> contents = new LinkedHashMap<>();
    List<Path> stale = new ArrayList<>();
    for (Format format : distinct) {
      SequencedMap<String, ArtefactContent> made = plan(artefacts, format);
      made.forEach(
          (suffix, content) -> contents.putIfAbsent(directory.resolve(name + suffix), content));
      format.suffixes().stream()
          .filter(suffix -> !format.isRaw() && !made.containsKey(suffix))
          .map(suffix -> directory.resolve(name + suffix))
          .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .forEach(stale::add);
    }
    return put(contents, stale);
  }

  /**
   * Checks that outputs can be written to a directory.
   *
   * @throws FileFailure if it does not exist or is not a directory
   */
  public static void check(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw FileFailure.of(
          "cannot write to the directory",
          directory,
          Files.exists(directory)
              ? new NotDirectoryException(directory.toString())
              : new NoSuchFileException(directory.toString()));
    }
    checkLinks(directory);
  }

  /** Refuses links that another user made in a folder where everybody may create files. */
  private static Optional<Path> checkLinks(Path output) {
    try {
      return PathLinks.output(output);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", output, e);
    }
  }

  // A failure without a place concerns the whole output; it gets the name of the format.
  private static SequencedMap<String, ArtefactContent> plan(Artefacts artefacts, Format format) {
    try {
      return artefacts.of(format);
    } catch (DiskFailure
        | FatFailure
        | InitrdFailure
        | IsoFailure
        | LoaderFailure
        | OutputFailure e) {
      throw e.where().isEmpty() ? new OutputFailure(e.what(), format.label(), e.hint(), e) : e;
    }
  }

  /**
   * Returns the size of the system's initrd with the microcode, in bytes, and makes the initrd if
   * it is not cached.
   *
   * @throws linuxkit.base.Failure if the system cannot have an initrd
   */
  public long initrdSize(SystemTree system) {
    Initrd initrd = initrds.build(system);
    return system.microcode().map(initrd::withMicrocode).orElse(initrd).size();
  }

  /**
   * Returns the least memory of a machine, in MiB; empty if the kernel unpacks the system in none
   * of these formats.
   *
   * @throws linuxkit.base.Failure if the system cannot have an initrd that one of the formats needs
   */
  public OptionalInt memory(SystemTree system, List<Format> formats) {
    return system.kernel().isPresent() && formats.stream().anyMatch(Format::isUnpackedWhole)
        ? OptionalInt.of(initrds.build(system).memory())
        : OptionalInt.empty();
  }

  /**
   * Writes one streamed format to a file of any name, or to the file that a link leads to. Devices,
   * pipes and files that this process has open, such as {@code /dev/stdout}, are written directly.
   *
   * @return the artefact; empty if the output was written directly
   * @throws linuxkit.base.Failure as in {@link #write(SystemTree, List, Path, String)}
   */
  public List<Artefact> write(SystemTree system, Format format, Path file) {
    Optional<Path> place = checkLinks(file);
    if (place.isEmpty() || NamedOutput.isSpecial(place.get())) {
      try (OutputStream out = NamedOutput.open(file, place)) {
        stream(system, format, out);
      } catch (IOException e) {
        throw FileFailure.of("cannot write", file, e);
      }
      return List.of();
    }
    return put(Map.of(place.get(), streamed(system, format)), List.of());
  }

  /**
   * Writes one streamed format to a stream, which stays open.
   *
   * @throws IOException if the stream cannot be written to
   * @throws linuxkit.base.Failure if the format cannot be streamed, or a file of the system cannot
   *     be read
   */
  public void stream(SystemTree system, Format format, OutputStream out) throws IOException {
    streamed(system, format).writeTo(out);
    out.flush();
  }

  private ArtefactContent.Stream streamed(SystemTree system, Format format) {
    if (format instanceof Format.Archive archive && archive.isStreamed()) {
      return new Artefacts(system, "", options, cache, initrds, progress).archive(archive);
    }
    throw new OutputFailure(
        "the format " + format.label() + " cannot be written to one output",
        "",
        "use tar or docker, or let the output be named after the system");
  }

  private static List<Artefact> put(Map<Path, ArtefactContent> contents, List<Path> stale) {
    List<Artefact> artefacts = new ArrayList<>();
    ArtefactFiles.write(contents, stale)
        .forEach((path, stamp) -> artefacts.add(new Artefact(path, stamp)));
    return artefacts;
  }
}
