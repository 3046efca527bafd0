package linuxkit.boot.read;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import linuxkit.base.Failure;
import linuxkit.boot.initrd.InitrdMarks;
import linuxkit.filesystem.archive.CpioEntry;

/** Reads how much memory a machine needs for an initrd. */
public final class NeededMemory {
  // Microcode may precede the archive that says it.
  private static final int ARCHIVES = 2;
  private static final String MICROCODE = "kernel";
  private static final int DIGITS = 7;

  private NeededMemory() {}

  /** Returns the memory in MiB; empty if the file does not say it or cannot be read. */
  public static OptionalInt of(Path initrd) {
    List<String> found = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(initrd))) {
      InitrdArchives.read(in, initrd.toString(), ARCHIVES, (_, entry) -> visit(entry, found));
    } catch (IOException | Failure e) {
      return OptionalInt
          .empty(); // made by others; a failure to read it is reported by who needs it
    }
    return found.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(found.getFirst()));
  }

  /** Returns whether to read on: the mark is the first entry after the microcode. */
  private static boolean visit(CpioEntry entry, List<String> found) throws IOException {
    if (entry.path().equals(InitrdMarks.MEMORY)) {
      String text =
          new String(entry.content().readNBytes(DIGITS + 1), StandardCharsets.US_ASCII).strip();
      if (text.matches("[0-9]{1," + DIGITS + "}")) {
        found.add(text);
      }
    }
    return entry.path().equals(MICROCODE) || entry.path().startsWith(MICROCODE + "/");
  }
}
