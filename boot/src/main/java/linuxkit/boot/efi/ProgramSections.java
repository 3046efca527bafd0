package linuxkit.boot.efi;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.StoredFile;

/** Reads the sections of a unified kernel image as files. */
public final class ProgramSections {
  private static final int HEADERS = 64 << 10;

  private ProgramSections() {}

  /**
   * Visits the sections by their names without the leading dot: {@code linux}, {@code initrd},
   * {@code cmdline} and others.
   *
   * @param where for failures
   * @throws LoaderFailure if it is not a unified kernel image
   */
  public static void read(RandomAccessInput in, String where, FileVisitor visitor)
      throws IOException {
    PeImage image = new PeImage(in.part(0, HEADERS).stream().readAllBytes(), where);
    if (image.sections().stream().noneMatch(section -> section.name().equals(".linux"))) {
      throw new LoaderFailure("it is a program, not a unified kernel image", where, "");
    }
    for (PeImage.Section section : image.sections()) {
      // What is behind the data fills up a block of the file.
      long size = Math.min(section.virtualSize(), section.rawSize());
      String name = section.name().replaceFirst("^[.]", "").replace('/', '_');
      if (size > in.size() - section.rawOffset()) {
        throw new LoaderFailure("the section " + section.name() + " is truncated", where, "");
      }
      try (InputStream content = in.part(section.rawOffset(), size).stream()) {
        visitor.visit(
            StoredFile.of(name, TarEntry.Type.FILE, Metadata.of(0644, 0, 0, 0), "", size), content);
      }
    }
  }
}
