package linuxkit.run;

import java.nio.file.Path;

/** Metadata for the guest. */
public sealed interface GuestData {
  /** The text itself. */
  record Text(String text) implements GuestData {}

  /** The content of a file. */
  record InFile(Path file) implements GuestData {}
}
