package linuxkit.oci;

import java.util.OptionalInt;
import linuxkit.filesystem.Content;

/** Content whose processor architecture is known without reading it. */
public interface ExecutableContent extends Content {
  /**
   * Returns {@code e_machine} of the ELF header; empty if this is not an ELF program or shared
   * library.
   */
  OptionalInt machine();
}
