package linuxkit.oci.layer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.OptionalInt;
import linuxkit.base.Sha256;
import linuxkit.base.VerifiedInputStream;
import linuxkit.filesystem.Content;
import linuxkit.oci.Digest;
import linuxkit.oci.ExecutableContent;

/** A file within an uncompressed layer, verified whenever it is read. */
final class LayerContent implements ExecutableContent {
  // Up to here one read is cheaper than a stream.
  private static final int SMALL = 1 << 18;

  private final Layer.Tar tar;
  private final Digest layer;
  private final LayerEntry.File file;

  LayerContent(Layer.Tar tar, Digest layer, LayerEntry.File file) {
    this.tar = tar;
    this.layer = layer;
    this.file = file;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public String sha256() {
    return file.sha256();
  }

  @Override
  public OptionalInt machine() {
    return file.machine() == 0 ? OptionalInt.empty() : OptionalInt.of(file.machine());
  }

  @Override
  public InputStream open() throws IOException {
    if (file.size() <= SMALL) {
      return new ByteArrayInputStream(small());
    }
    mend();
    return stream();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    if (file.size() <= SMALL) {
      out.write(small());
      return;
    }
    mend();
    copy(out);
  }

  // Nothing is handed out before all of it was verified, so it need not be looked through before.
  private byte[] small() throws IOException {
    try (InputStream in = stream()) {
      return in.readAllBytes();
    } catch (LayerFailure e) {
      if (!tar.canBeMended()) {
        throw e;
      }
    }
    tar.mend();
    try (InputStream in = stream()) {
      return in.readAllBytes();
    }
  }

  private void copy(OutputStream out) throws IOException {
    byte[] buffer = new byte[SMALL];
    try (InputStream in = stream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    }
  }

  /** Read where it lies, without what is before it. */
  @Override
  public Content slice(long offset, long size, String sha256) {
    Objects.checkFromIndexSize(offset, size, file.size());
    return new LayerContent(
        tar,
        layer,
        new LayerEntry.File(file.path(), file.metadata(), file.offset() + offset, size, sha256, 0));
  }

  // What was handed out cannot be taken back, so damage that can be mended is looked for before:
  // it costs less than to look through the whole layer for the sake of one file.
  private void mend() throws IOException {
    if (tar.canBeMended()) {
      try {
        copy(OutputStream.nullOutputStream());
      } catch (LayerFailure _) {
        tar.mend();
      }
    }
  }

  private InputStream stream() throws IOException {
    return new VerifiedInputStream(
        new Slice(tar.channel()),
        file.size(),
        Sha256.digest(),
        file.sha256(),
        how -> {
          throw new LayerFailure(
              "file " + file.path() + " is damaged: " + how, "layer " + layer, null);
        });
  }

  /** The archive from the start of the file on. */
  private final class Slice extends InputStream {
    private final FileChannel channel;
    private long position = file.offset();

    Slice(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = channel.read(ByteBuffer.wrap(bytes, offset, length), position);
      position += Math.max(n, 0);
      return n;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
