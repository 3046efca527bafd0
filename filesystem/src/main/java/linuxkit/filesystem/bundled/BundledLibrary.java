package linuxkit.filesystem.bundled;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A native library in the jar of aircompressor, so that all machines have the same one and get the
 * same bytes. Nothing replaces a missing one, since other code would give other bytes.
 *
 * @param name without {@code lib}, such as {@code lz4}
 * @param purpose what needs it
 * @param hint what to do if it is missing
 */
public record BundledLibrary(String name, String purpose, String hint) {
  /**
   * Loads the library.
   *
   * @throws MissingLibraryFailure if it is missing for this machine
   */
  public SymbolLookup load() {
    // The distribution has it as a file; otherwise it is in the jar on the class path.
    String path = path();
    if (path != null) {
      return load(Path.of(path));
    }
    try {
      Path file = Files.createTempFile("lib" + name, null);
      try {
        Files.write(file, bytes());
        return load(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw missing("it could not be unpacked", e);
    }
  }

  /**
   * Returns the name of the library with its hash, since other versions may compress to other
   * bytes.
   *
   * @throws MissingLibraryFailure if it is missing for this machine
   */
  public String version() {
    String path = path();
    try {
      return "lib" + name + " " + (path == null ? Sha256.hex(bytes()) : Sha256.of(Path.of(path)));
    } catch (IOException e) {
      throw missing("it cannot be read", e);
    }
  }

  /**
   * Binds a function. Heap arrays are passed to it without copying: a garbage collection has to
   * wait for it, so a call must take no more than a few milliseconds.
   */
  @SuppressWarnings("restricted")
  public static MethodHandle function(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(library.findOrThrow(name), descriptor, Linker.Option.critical(true));
  }

  private @Nullable String path() {
    return System.getProperty("linuxkit.lib" + name);
  }

  private byte[] bytes() throws IOException {
    String resource = "aircompressor/" + platform() + "/" + System.mapLibraryName(name);
    try (InputStream in = ClassLoader.getSystemResourceAsStream(resource)) {
      if (in == null) {
        throw missing("it is not part of this program", null);
      }
      return in.readAllBytes();
    }
  }

  @SuppressWarnings("restricted")
  private SymbolLookup load(Path file) {
    try {
      return SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException e) {
      throw missing(file + " could not be loaded", e);
    }
  }

  private static String platform() {
    String system = System.getProperty("os.name");
    return (system.startsWith("Mac") ? "macos" : system.startsWith("Linux") ? "linux" : system)
        + "-"
        + System.getProperty("os.arch");
  }

  private MissingLibraryFailure missing(String why, @Nullable Throwable cause) {
    return new MissingLibraryFailure(
        "lib" + name + " for " + platform() + ", which " + purpose + " needs, is missing: " + why,
        hint,
        cause);
  }
}
