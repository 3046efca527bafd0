package linuxkit.engine;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.own.UnixAttributes;
import linuxkit.boot.Artefact;

/**
 * The messages and outputs of a build, kept under the hash of everything that it was made from. A
 * repeated build compares the outputs' stamps with the record; if they match, it reads no image and
 * writes nothing. Only a build that succeeds leaves a record.
 */
final class BuildRecord {
  // The number is the version of the format of records and of their keys.
  private static final String KIND = "build-4";

  private final WorkCache work;
  private final String key;
  private final RecordingProgress recorded;

  /**
   * @param inputs everything that the build depends on
   */
  BuildRecord(WorkCache work, List<String> inputs, Progress progress) {
    this.work = work;
    this.key = key(inputs);
    this.recorded = new RecordingProgress(progress);
  }

  private static String key(List<String> inputs) {
    StringBuilder all = new StringBuilder();
    inputs.forEach(input -> all.append(input.length()).append(':').append(input));
    return Sha256.hex(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a list to the inputs of a record, with its length before it. */
  static void addList(List<String> inputs, List<String> list) {
    inputs.add(Integer.toString(list.size()));
    inputs.addAll(list);
  }

  /** Returns the progress that the build reports to, so that the record holds the messages. */
  Progress progress() {
    return recorded;
  }

  /**
   * Returns the outputs of the recorded build, and reports again what it reported.
   *
   * @return empty if there is no record, or an output was written to since
   */
  Optional<List<Artefact>> current() {
    Optional<byte[]> record = work.findBytes(KIND, key);
    if (record.isEmpty()) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.get()))) {
      List<RecordingProgress.Line> lines = RecordingProgress.read(in);
      List<Artefact> artefacts = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        artefacts.add(new Artefact(Path.of(in.readUTF()), FileStamp.read(in)));
      }
      if (!artefacts.stream().allMatch(BuildRecord::isUntouched)) {
        return Optional.empty();
      }
      lines.forEach(line -> line.report(recorded));
      return Optional.of(artefacts);
    } catch (IOException _) {
      // An unreadable record counts as missing: the build makes everything again.
      return Optional.empty();
    }
  }

  private static boolean isUntouched(Artefact artefact) {
    try {
      return FileStamp.of(artefact.path()).equals(artefact.stamp())
          && UnixAttributes.of(artefact.path()).isSolelyOwn();
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Keeps the record. A failure to do so, as on a full disk, is reported as a detail and does not
   * fail the build.
   */
  void keep(List<Artefact> made) {
    if (made.isEmpty()) {
      // The output went into a device or a pipe, where a repeated build must write it again.
      return;
    }
    try {
      work.put(KIND, key, bytes -> write(made, new DataOutputStream(bytes)));
    } catch (FileFailure e) {
      recorded.detail("cannot keep the build record: " + e.what());
    }
  }

  private void write(List<Artefact> made, DataOutputStream out) throws IOException {
    recorded.write(out);
    out.writeInt(made.size());
    for (Artefact artefact : made) {
      out.writeUTF(artefact.path().toString());
      artefact.stamp().write(out);
    }
    out.flush();
  }
}
