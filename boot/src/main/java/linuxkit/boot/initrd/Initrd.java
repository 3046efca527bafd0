package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.CachedFile;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.filesystem.CachedContent;
import linuxkit.filesystem.Content;

/** An initrd whose parts are ready, each at a multiple of four bytes. */
public final class Initrd implements Content {
  // Boot loaders and kernels count its bytes in 31 bits.
  private static final long MAX_SIZE = Integer.MAX_VALUE;
  // In bytes: where the kernel looks for the next archive.
  private static final int ALIGNMENT = 4;

  private final List<Content> parts;
  private final Content whole;

  private Initrd(List<Content> parts) {
    this.parts = parts;
    whole =
        new JoinedContent(
            parts.stream()
                .flatMap(part -> JoinedContent.padded(part, ALIGNMENT).stream())
                .toList());
    if (whole.size() > MAX_SIZE) {
      throw new InitrdFailure(
          "the initrd would be " + (whole.size() >> 20) + " MiB large; the limit is 2 GiB",
          "",
          "take something out of the system, or use a format with a file system of its own");
    }
  }

  static Initrd of(List<CachedFile> segments) {
    List<Content> parts = new ArrayList<>();
    segments.forEach(segment -> parts.add(new CachedContent(segment)));
    return new Initrd(parts);
  }

  /** The same with an uncompressed cpio archive before it, which the kernel reads very early. */
  public Initrd withMicrocode(Content microcode) {
    List<Content> all = new ArrayList<>();
    all.add(microcode);
    all.addAll(parts);
    return new Initrd(all);
  }

  @Override
  public long size() {
    return whole.size();
  }

  /** Reads all of it once. */
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
