package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.cache.CachedFile;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.filesystem.CachedContent;
import linuxkit.filesystem.Content;

/** A complete initrd: parts one after another, each at a multiple of four bytes. */
public final class Initrd implements Content {
  // Boot loaders and kernels count its bytes in 31 bits.
  private static final long MAX_SIZE = Integer.MAX_VALUE;
  // In bytes: the kernel expects each archive at a multiple of this.
  private static final int ALIGNMENT = 4;

  private final List<Content> parts;
  private final Content whole;

  private final int memory;

  private Initrd(List<Content> parts, int memory) {
    this.parts = parts;
    this.memory = memory;
    whole =
        new JoinedContent(
            parts.stream()
                .flatMap(part -> JoinedContent.padded(part, ALIGNMENT).stream())
                .toList());
    if (whole.size() > MAX_SIZE) {
      throw new InitrdFailure(
          "the initrd would be " + (whole.size() >> 20) + " MiB; the limit is 2 GiB",
          "",
          "make the system smaller, or use a format with a separate root file system");
    }
  }

  /**
   * @param memory least memory of a machine that unpacks it, in MiB
   */
  static Initrd of(List<CachedFile> segments, int memory) {
    List<Content> parts = new ArrayList<>();
    segments.forEach(segment -> parts.add(new CachedContent(segment)));
    return new Initrd(parts, memory);
  }

  /**
   * Makes an initrd that is a single archive.
   *
   * @param memory least memory of a machine that unpacks it, in MiB
   */
  static Initrd of(Content archive, int memory) {
    return new Initrd(List.of(archive), memory);
  }

  /** Returns this initrd preceded by an uncompressed cpio archive, which the kernel reads early. */
  public Initrd withMicrocode(Content microcode) {
    List<Content> all = new ArrayList<>();
    all.add(microcode);
    all.addAll(parts);
    return new Initrd(all, memory);
  }

  /** Returns the least memory of a machine that unpacks it, in MiB. */
  public int memory() {
    return memory;
  }

  @Override
  public long size() {
    return whole.size();
  }

  /** Reads the whole initrd on first use. */
  @Override
  public String sha256() {
    return whole.sha256();
  }

  @Override
  public InputStream open() throws IOException {
    return whole.open();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    whole.writeTo(out);
  }
}
