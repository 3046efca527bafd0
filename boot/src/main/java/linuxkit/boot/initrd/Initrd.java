package linuxkit.boot.initrd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import linuxkit.base.CachedFile;
import linuxkit.base.Sha256;
import linuxkit.filesystem.Content;

/** An initrd whose parts are ready, each at a multiple of four bytes. */
public final class Initrd implements Content {
  // Boot loaders and kernels count its bytes in 31 bits.
  private static final long MAX_SIZE = Integer.MAX_VALUE;

  private final List<Content> parts;
  private final long size;

  private Initrd(List<Content> parts) {
    this.parts = parts;
    long sum = 0;
    for (Content part : parts) {
      sum += part.size() + padding(part);
    }
    size = sum;
    if (size > MAX_SIZE) {
      throw new InitrdFailure(
          "the initrd would be " + (size >> 20) + " MiB large; the limit is 2 GiB",
          "",
          "take something out of the system, or use a format with a file system of its own");
    }
  }

  static Initrd of(List<CachedFile> segments) {
    List<Content> parts = new ArrayList<>();
    segments.forEach(segment -> parts.add(new Cached(segment)));
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
    return size;
  }

  @Override
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    try (DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public InputStream open() throws IOException {
    List<InputStream> streams = new ArrayList<>();
    for (Content part : parts) {
      streams.add(part.open());
      streams.add(new ByteArrayInputStream(new byte[padding(part)]));
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (Content part : parts) {
      part.writeTo(out);
      out.write(new byte[padding(part)]);
    }
  }

  private static int padding(Content part) {
    return (int) (-part.size() & 3);
  }

  private record Cached(CachedFile file) implements Content {
    @Override
    public long size() {
      return file.size();
    }

    @Override
    public String sha256() {
      return file.sha256();
    }

    @Override
    public InputStream open() throws IOException {
      return file.open();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      // An unchanged build does little else than to read these: they were hashed when found.
      file.copyTo(out);
    }
  }
}
