package linuxkit.trust.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/** Reads the files that a policy names, each relative to the policy's folder. */
final class PolicyFolder {
  private static final int MAX_FILE = 4 << 20;

  private final Path folder;
  private final Map<String, byte[]> known = new HashMap<>();
  private final List<String> names = new ArrayList<>();
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
      byte[] before = known.get(name);
      byte[] bytes = before == null ? limited(file) : before;
      names.add(name);
      read.add(bytes);
      return new TrustedSigner.Material(bytes, file.toString());
    } catch (InvalidPathException e) {
      throw new TrustFailure("not the name of a file", Printable.line(name), "");
    }
  }

  private static byte[] limited(Path file) {
    try (InputStream in = Files.newInputStream(regular(file))) {
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

  // Nobody may ever write to a pipe that somebody else has put there.
  private static Path regular(Path file) throws IOException {
    if (!Files.isRegularFile(file) && Files.exists(file)) {
      throw new IOException("it is not a file");
    }
    return file;
  }

  /**
   * Returns files that the policy is known to name. They are not read again by {@link #file}.
   *
   * @throws linuxkit.base.Failure if one cannot be read
   */
  List<byte[]> readAhead(List<String> files) {
    List<byte[]> contents = new ArrayList<>();
    for (String name : files) {
      byte[] before = known.get(name);
      byte[] bytes = before == null ? limited(folder.resolve(name)) : before;
      known.put(name, bytes);
      contents.add(bytes);
    }
    return contents;
  }

  /** Returns the names of the files read so far, as often as the policy names them. */
  List<String> names() {
    return List.copyOf(names);
  }

  /** Returns the content of these files. */
  List<byte[]> read() {
    return List.copyOf(read);
  }
}
