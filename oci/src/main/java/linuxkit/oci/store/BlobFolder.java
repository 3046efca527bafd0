package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import linuxkit.base.FileFailure;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.base.own.PlainFile;
import linuxkit.base.own.SharedFolder;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;

/**
 * The {@code blobs} folder of an image layout: files named after their digests. The {@code place}
 * of a method is the location that failures report.
 */
record BlobFolder(SharedFolder root, KeptDocuments documents) {
  Path file(Digest digest) {
    return root.path().resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** Returns whether the blob exists with the right size. */
  boolean has(Descriptor blob) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(
              file(blob.digest()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() && found.size() == blob.size();
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
   * Reads a whole document, once: later calls return the bytes that were verified.
   *
   * @throws BlobFailure if it is missing, damaged, or larger than {@link ImageStore#MAX_DOCUMENT}
   */
  byte[] read(Descriptor blob, String place) {
    if (blob.size() > ImageStore.MAX_DOCUMENT) {
      throw BlobFailure.tooLarge(blob, ImageStore.MAX_DOCUMENT, place);
    }
    return documents.get(
        blob,
        () -> {
          try (InputStream in = open(blob, place)) {
            return in.readAllBytes();
          } catch (IOException e) {
            throw FileFailure.of("cannot read", file(blob.digest()), e);
          }
        });
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
      FileChannel channel = PlainFile.open(file);
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
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw BlobFailure.damaged(blob, "it is not a regular file", file, place);
      }
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Starts to write a blob. The caller commits and closes the writer. */
  BlobWriter write(Digest digest, long size, String source) {
    return new BlobWriter(root.folder(digest.algorithm()).path(), digest, size, source);
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
    try (BlobWriter writer = new BlobWriter(root.folder("sha256").path(), source)) {
      content.transferTo(writer);
      return Descriptor.of(mediaType, writer.commit(), writer.written());
    }
  }
}
