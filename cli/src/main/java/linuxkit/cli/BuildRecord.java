package linuxkit.cli;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.WorkCache;
import linuxkit.boot.Artefact;

/**
 * What a build said and made, kept under the hash of all that it was made from. The same build
 * again sees by it whether its outputs are there and untouched; then nothing is left to do, and no
 * image is used. Only a build that succeeded leaves a record.
 */
final class BuildRecord {
  // The number is the version of the format.
  private static final String KIND = "build-2";

  private final WorkCache work;
  private final String key;
  private final RecordingProgress said;

  /**
   * @param inputs all that a build depends on
   */
  BuildRecord(WorkCache work, List<String> inputs, Progress progress) {
    this.work = work;
    this.key = key(inputs);
    this.said = new RecordingProgress(progress);
  }

  private static String key(List<String> inputs) {
    StringBuilder all = new StringBuilder();
    inputs.forEach(input -> all.append(input.length()).append(':').append(input));
    return Sha256.hex(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What the build is to tell its steps, so that they are part of the record. */
  Progress progress() {
    return said;
  }

  /** Whether the outputs are as they should be; says then what was said when they were made. */
  boolean isCurrent() {
    Optional<byte[]> record = work.findBytes(KIND, key);
    if (record.isEmpty()) {
      return false;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.get()))) {
      List<RecordingProgress.Line> lines = RecordingProgress.read(in);
      boolean current = true;
      for (int left = in.readInt(); left > 0; left--) {
        current &= isUntouched(Path.of(in.readUTF()), FileStamp.read(in));
      }
      if (current) {
        lines.forEach(line -> line.tell(said));
      }
      return current;
    } catch (IOException _) {
      // Unreadable is as good as not there: the build makes everything anew.
      return false;
    }
  }

  private static boolean isUntouched(Path file, FileStamp stamp) {
    try {
      return FileStamp.of(file).equals(stamp);
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Keeps what the build has made; that this fails, as on a full disk, is no fault of the build.
   */
  void keep(List<Artefact> made) {
    if (made.isEmpty()) {
      // It went into a device or a pipe, and would have to go there again.
      return;
    }
    try {
      work.put(KIND, key, bytes -> write(made, new DataOutputStream(bytes)));
    } catch (FileFailure e) {
      said.detail("No record of the build is kept: " + e.what());
    }
  }

  private void write(List<Artefact> made, DataOutputStream out) throws IOException {
    said.write(out);
    out.writeInt(made.size());
    for (Artefact artefact : made) {
      out.writeUTF(artefact.path().toString());
      artefact.stamp().write(out);
    }
    out.flush();
  }
}
