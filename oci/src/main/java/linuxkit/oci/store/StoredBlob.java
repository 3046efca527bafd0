package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;

/** A blob of a store as content, verified whenever it is read. */
record StoredBlob(ImageStore store, Descriptor blob, Reference image, String sha256)
    implements Content {
  /** Returns a blob as content. A missing blob is reported when it is opened. */
  static StoredBlob of(ImageStore store, Descriptor blob, Reference image) {
    boolean known = blob.digest().algorithm().equals("sha256");
    return new StoredBlob(
        store, blob, image, known ? blob.digest().hex() : hash(store, blob, image));
  }

  private static String hash(ImageStore store, Descriptor blob, Reference image) {
    Path file = store.file(blob.digest());
    MessageDigest hash = Digest.newSha256();
    try (InputStream in = store.open(blob, image);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), hash)) {
      in.transferTo(out);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  @Override
  public long size() {
    return blob.size();
  }

  @Override
  public InputStream open() {
    return store.open(blob, image);
  }
}
