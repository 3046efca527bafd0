package linuxkit.boot.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import linuxkit.base.Sha256;
import linuxkit.boot.unpack.ArtefactReader;
import linuxkit.filesystem.read.StoredFile;

/**
 * A file of an artefact.
 *
 * @param attributes everything but its content, as text
 * @param sha256 of its content
 */
record FileFacts(String attributes, String sha256) {
  private static final int MOST_FILES = 4_000_000;

  /**
   * Reads all files of an artefact, in its order. If a path occurs several times, each time has a
   * number.
   *
   * @throws linuxkit.base.Failure if it is not an artefact, or is damaged
   */
  static SequencedMap<String, FileFacts> of(Path artefact) {
    SequencedMap<String, FileFacts> all = new LinkedHashMap<>();
    byte[] buffer = new byte[1 << 16];
    ArtefactReader.readParts(
        artefact,
        (file, content) -> {
          if (all.size() == MOST_FILES) {
            throw new IOException("it has more than " + MOST_FILES + " files");
          }
          FileFacts facts = new FileFacts(attributes(file), digest(content, buffer));
          String name = file.path();
          for (int i = 2; all.putIfAbsent(name, facts) != null; i++) {
            name = file.path() + "#" + i;
          }
        });
    return all;
  }

  private static String attributes(StoredFile file) {
    return file.type() + " " + file.metadata() + " " + file.link() + " " + file.device();
  }

  private static String digest(InputStream content, byte[] buffer) throws IOException {
    MessageDigest digest = Sha256.digest();
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
