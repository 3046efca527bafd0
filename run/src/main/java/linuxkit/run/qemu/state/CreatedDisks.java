package linuxkit.run.qemu.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import linuxkit.base.own.OwnFolder;

/**
 * The formats of the disks that were created for a guest, kept in its state directory: a guest that
 * writes to a raw disk could make it look like one of another format.
 *
 * @param folder the state directory
 */
record CreatedDisks(OwnFolder folder) {
  private static final String RECORD = "disk-formats";
  private static final int LIMIT = 64 << 10;

  /** Returns the format that a disk was created in; empty if it was not created for this guest. */
  Optional<String> format(String disk) {
    return lines()
        .lines()
        .filter(line -> line.endsWith(" " + disk))
        .map(line -> line.substring(0, line.length() - disk.length() - 1))
        .filter(format -> format.indexOf(' ') < 0)
        .reduce((_, last) -> last);
  }

  /** Keeps the format of a new disk. A name with a line break is not kept. */
  void add(String disk, String format) {
    String text = lines() + format + " " + disk + "\n";
    if (disk.lines().count() != 1 || text.length() > LIMIT / 4) {
      return;
    }
    try {
      folder.write(RECORD, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw StateDirectory.unusable(folder.file(RECORD), e);
    }
  }

  private String lines() {
    try {
      return folder
          .read(RECORD, LIMIT)
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
          .orElse("");
    } catch (IOException e) {
      throw StateDirectory.unusable(folder.file(RECORD), e);
    }
  }
}
