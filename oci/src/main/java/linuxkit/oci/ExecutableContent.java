package linuxkit.oci;

import java.util.OptionalInt;
import linuxkit.filesystem.Content;

/** Content of which it is known, without reading it, what kind of processor it is code for. */
public interface ExecutableContent extends Content {
  /** The ELF header's e_machine; empty when it is no ELF program or shared library. */
  OptionalInt machine();
}
