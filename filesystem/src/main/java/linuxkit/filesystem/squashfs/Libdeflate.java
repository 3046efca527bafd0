package linuxkit.filesystem.squashfs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * Compresses to zlib streams (RFC 1950) with libdeflate, which reaches the size of zlib's best
 * level at many times the speed.
 *
 * <p>Uses the library in the jar of aircompressor, so that all machines have the same library and
 * get the same bytes. No other library gives these bytes, so a missing library is a failure.
 */
final class Libdeflate implements BlockCompressor {
  /** The file to load; if unset, the library is unpacked from the jar on the class path. */
  private static final String PROPERTY = "linuxkit.libdeflate";

  private static final int LEVEL = 6;

  /** The used functions of libdeflate.h. */
  private record Functions(MethodHandle alloc, MethodHandle compress, MethodHandle free) {
    private static @Nullable Functions loaded;

    static synchronized Functions get() {
      Functions functions = loaded;
      if (functions == null) {
        functions = of(library());
        loaded = functions;
      }
      return functions;
    }

    private static Functions of(SymbolLookup library) {
      return new Functions(
          function(
              library, "libdeflate_alloc_compressor", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
          function(
              library,
              "libdeflate_zlib_compress",
              FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG)),
          function(library, "libdeflate_free_compressor", FunctionDescriptor.ofVoid(ADDRESS)));
    }

    // Critical: heap arrays are passed without copying. A garbage collection may have to wait for
    // one block, which takes a few milliseconds at most.
    @SuppressWarnings("restricted")
    private static MethodHandle function(
        SymbolLookup library, String name, FunctionDescriptor descriptor) {
      return Linker.nativeLinker()
          .downcallHandle(library.findOrThrow(name), descriptor, Linker.Option.critical(true));
    }
  }

  private final Functions functions;
  private final MemorySegment compressor;

  private Libdeflate(Functions functions) {
    this.functions = functions;
    try {
      compressor = (MemorySegment) functions.alloc.invokeExact(LEVEL);
    } catch (Throwable e) {
      throw impossible(e);
    }
    if (compressor.equals(MemorySegment.NULL)) {
      throw new OutOfMemoryError("libdeflate");
    }
  }

  /**
   * Returns the settings with the hash of the library, since other versions may compress to other
   * bytes.
   *
   * @throws SquashfsFailure if libdeflate is missing for this machine
   */
  static String settings() {
    String path = System.getProperty(PROPERTY);
    try {
      String sha256 = path == null ? Sha256.hex(bundled()) : Sha256.of(Path.of(path));
      return "libdeflate " + sha256 + " level " + LEVEL;
    } catch (IOException e) {
      throw missing("it cannot be read", e);
    }
  }

  /**
   * @throws SquashfsFailure if libdeflate is missing for this machine
   */
  static Libdeflate open() {
    return new Libdeflate(Functions.get());
  }

  @Override
  public int compress(byte[] in, int length, byte[] out) {
    try {
      // It returns 0 as soon as the output is full.
      return (int)
          (long)
              functions.compress.invokeExact(
                  compressor,
                  MemorySegment.ofArray(in),
                  (long) length,
                  MemorySegment.ofArray(out),
                  (long) (length - 1));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public void close() {
    try {
      functions.free.invokeExact(compressor);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static IllegalStateException impossible(Throwable e) {
    return new IllegalStateException("unexpected libdeflate signature", e);
  }

  private static SymbolLookup library() {
    String path = System.getProperty(PROPERTY);
    if (path != null) {
      return load(Path.of(path));
    }
    try {
      Path file = Files.createTempFile("libdeflate", null);
      try {
        Files.write(file, bundled());
        return load(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw missing("it could not be unpacked", e);
    }
  }

  private static byte[] bundled() throws IOException {
    String resource = "aircompressor/" + platform() + "/" + System.mapLibraryName("deflate");
    try (InputStream in = ClassLoader.getSystemResourceAsStream(resource)) {
      if (in == null) {
        throw missing("it is not part of this program", null);
      }
      return in.readAllBytes();
    }
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup load(Path file) {
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

  private static SquashfsFailure missing(String why, @Nullable Throwable cause) {
    return new SquashfsFailure(
        "libdeflate for " + platform() + ", which gzip needs, is missing: " + why,
        "",
        "use zstd or xz",
        cause);
  }
}
