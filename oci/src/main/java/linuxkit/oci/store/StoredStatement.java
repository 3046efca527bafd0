package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;

/** A blob as the content of a file. */
record StoredStatement(ImageStore store, Descriptor blob) implements Content {
  /**
   * @throws linuxkit.base.Failure when it is not there
   */
  static Content of(ImageStore store, Descriptor blob) {
    try (InputStream in = store.open(blob)) {
      return blob.digest().algorithm().equals("sha256")
          ? new StoredStatement(store, blob)
          : Content.of(in.readAllBytes());
    } catch (IOException e) {
      throw FileFailure.of("cannot read", store.file(blob.digest()), e);
    }
  }

  @Override
  public long size() {
    return blob.size();
  }

  @Override
  public String sha256() {
    return blob.digest().hex();
  }

  @Override
  public InputStream open() {
    return store.open(blob);
  }
}
