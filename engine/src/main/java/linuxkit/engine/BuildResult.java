package linuxkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.Sha256;

/**
 * The outputs of a build.
 *
 * @param artefacts in the order of the formats; empty if the output went into a stream or a device
 * @param unchanged whether the outputs of an earlier build were current, so that nothing was
 *     written
 */
public record BuildResult(List<BuiltArtefact> artefacts, boolean unchanged) {
  public BuildResult {
    artefacts = List.copyOf(artefacts);
  }

  /**
   * A file of the outputs.
   *
   * @param stamp of the file as the build left it
   */
  public record BuiltArtefact(Path path, FileStamp stamp) {
    /** Returns the size in bytes when the build ended. */
    public long size() {
      return stamp.size();
    }

    /**
     * Reads the file and returns its SHA-256 in hexadecimal digits.
     *
     * @throws FileFailure if it cannot be read, or was written to or replaced since the build
     */
    public String sha256() {
      MessageDigest digest = Sha256.digest();
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        checkStamp();
        in.transferTo(OutputStream.nullOutputStream());
        checkStamp();
      } catch (IOException e) {
        throw FileFailure.of("cannot read the output", path, e);
      }
      return HexFormat.of().formatHex(digest.digest());
    }

    private void checkStamp() throws IOException {
      if (!FileStamp.of(path).equals(stamp)) {
        throw new IOException("the file has changed since the build");
      }
    }
  }
}
