package linuxkit.trust.sigstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.base.Sha256;
import linuxkit.trust.TrustFailure;

/** A file that a bundle must be about, or digests, of which any is accepted. */
public final class Artifact {
  /** The largest file whose bytes are held for keys that do not sign a SHA-256. */
  private static final long MAX_CONTENT = 64 << 20;

  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final List<String> digests;
  private final Optional<byte[]> content;

  private Artifact(List<String> digests, Optional<byte[]> content) {
    this.digests = List.copyOf(digests);
    this.content = content;
  }

  /**
   * Returns an artefact that is known by its digests.
   *
   * @param digests as {@code sha256:…}
   */
  public static Artifact of(List<String> digests) {
    for (String digest : digests) {
      if (!DIGEST.matcher(digest).matches()) {
        throw new TrustFailure(
            "not a SHA-256 digest: " + Printable.line(digest), "", "write it as sha256:HEX");
      }
    }
    return new Artifact(digests, Optional.empty());
  }

  /** Returns bytes as an artefact. */
  public static Artifact of(byte[] content) {
    return new Artifact(List.of("sha256:" + Sha256.hex(content)), Optional.of(content));
  }

  /** Returns a file as an artefact. */
  public static Artifact of(Path file) {
    try {
      return Files.size(file) <= MAX_CONTENT
          ? of(Files.readAllBytes(file))
          : of(List.of("sha256:" + Sha256.of(file)));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the file", file, e);
    }
  }

  List<String> digests() {
    return digests;
  }

  Optional<byte[]> content() {
    return content;
  }
}
