package linuxkit.run.qemu.state;

import java.nio.file.Path;

/**
 * A disk of the guest, in a file that exists.
 *
 * @param format QEMU's name
 * @param persistent whether the guest's writes go to the file rather than being discarded
 */
public record Drive(Path file, String format, boolean persistent) {}
