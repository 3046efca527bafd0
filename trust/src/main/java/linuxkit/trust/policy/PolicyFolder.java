package linuxkit.trust.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/** Reads the files that a policy names, each relative to the policy's folder. */
final class PolicyFolder {
  private static final int MAX_FILE = 4 << 20;

  private final Path folder;
  private final List<byte[]> read = new ArrayList<>();

  private PolicyFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns the folder that a policy lies in. */
  static PolicyFolder of(Path policy) {
    Path parent = policy.getParent();
    return new PolicyFolder(parent == null ? Path.of("") : parent);
  }

  /** Returns the policy itself. */
  byte[] policy(Path file) {
    return limited(file);
  }

  /**
   * Returns a file.
   *
   * @throws linuxkit.base.Failure if it cannot be read, or is larger than 4 MiB
   */
  TrustedSigner.Material file(String name) {
    try {
      Path file = folder.resolve(name);
      byte[] bytes = limited(file);
      read.add(bytes);
      return new TrustedSigner.Material(bytes, file.toString());
    } catch (InvalidPathException e) {
      throw new TrustFailure("not the name of a file", Printable.line(name), "");
    }
  }

  private static byte[] limited(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE + 1);
      if (bytes.length > MAX_FILE) {
        throw new TrustFailure(
            "the file is larger than " + (MAX_FILE >> 20) + " MiB", file.toString(), "");
      }
      return bytes;
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Returns the content of the files read so far. */
  List<byte[]> read() {
    return List.copyOf(read);
  }
}
