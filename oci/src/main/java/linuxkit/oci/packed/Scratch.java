package linuxkit.oci.packed;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Makes files without a name, which vanish when they are closed or the process ends. */
@FunctionalInterface
public interface Scratch {
  FileChannel open() throws IOException;
}
