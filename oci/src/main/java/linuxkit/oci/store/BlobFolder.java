package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import linuxkit.base.FileFailure;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;

/**
 * The {@code blobs} folder of an image layout: files named after their digests. The {@code place}
 * of a method is the location that failures report.
 */
record BlobFolder(Path root) {
  Path file(Digest digest) {
    return folder(digest.algorithm()).resolve(digest.hex());
  }

  private Path folder(String algorithm) {
    return root.resolve(algorithm);
  }

  /** Returns whether the blob exists with the right size. */
  boolean has(Descriptor blob) {
    try {
      return Files.size(file(blob.digest())) == blob.size();
    } catch (IOException _) {
      return false;
    }
  }

  boolean isWhole(Descriptor blob) {
    if (!has(blob)) {
      return false;
    }
    try {
      readThrough(blob, "");
      return true;
    } catch (BlobFailure | IOException e) {
      return false;
    }
  }

  void readThrough(Descriptor blob, String place) throws IOException {
    try (InputStream in = open(blob, place)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /**
   * Reads a whole document.
   *
   * @throws BlobFailure if it is missing, damaged, or larger than {@link ImageStore#MAX_DOCUMENT}
   */
  byte[] read(Descriptor blob, String place) {
    if (blob.size() > ImageStore.MAX_DOCUMENT) {
      throw BlobFailure.tooLarge(blob, ImageStore.MAX_DOCUMENT, place);
    }
    try (InputStream in = open(blob, place)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file(blob.digest()), e);
    }
  }

  /** Opens a stream that verifies the blob as it is read. The caller closes it. */
  InputStream open(Descriptor blob, String place) {
    return new VerifiedInputStream(
        Channels.newInputStream(channel(blob, place)),
        blob.size(),
        blob.digest().newMessageDigest(),
        blob.digest().hex(),
        how -> {
          throw BlobFailure.damaged(blob, how, file(blob.digest()), place);
        });
  }

  /** Opens a channel for random access. Only the size is verified. The caller closes it. */
  FileChannel channel(Descriptor blob, String place) {
    Path file = file(blob.digest());
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      long size = channel.size();
      if (size != blob.size()) {
        channel.close();
        throw BlobFailure.damaged(
            blob, "the file is " + size + " bytes long instead of " + blob.size(), file, place);
      }
      return channel;
    } catch (NoSuchFileException _) {
      throw BlobFailure.missing(blob, place);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Starts to write a blob. The caller commits and closes the writer. */
  BlobWriter write(Digest digest, long size, String source) {
    return new BlobWriter(folder(digest.algorithm()), digest, size, source);
  }

  Descriptor add(String mediaType, byte[] content) {
    Descriptor blob = Descriptor.of(mediaType, Digest.sha256(content), content.length);
    if (!isWhole(blob)) {
      try (BlobWriter writer = write(blob.digest(), blob.size(), "")) {
        writer.write(content, 0, content.length);
        writer.commit();
      }
    }
    return blob;
  }

  Descriptor add(String mediaType, InputStream content, String source) throws IOException {
    try (BlobWriter writer = new BlobWriter(folder("sha256"), source)) {
      content.transferTo(writer);
      return Descriptor.of(mediaType, writer.commit(), writer.written());
    }
  }
}
