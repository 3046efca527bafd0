package linuxkit.run.qemu;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk of the guest, in a file that exists.
 *
 * @param format QEMU's name; empty to let QEMU detect it
 * @param persistent whether the guest's writes go to the file rather than being discarded
 */
record Drive(Path file, Optional<String> format, boolean persistent) {}
