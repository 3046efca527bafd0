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
 * Zlib streams (RFC 1950) by libdeflate, which makes those of zlib's best level at many times the
 * speed.
 *
 * <p>The library is the one that the jar of aircompressor carries, so that every machine has the
 * same and gets the same bytes from it. There is no other way to the same bytes: where it is
 * missing, that is a failure.
 */
final class Libdeflate implements BlockCompressor {
  /** The file to load; without it, the library is taken out of the jar on the class path. */
  private static final String PROPERTY = "linuxkit.libdeflate";

  private static final int LEVEL = 6;

  /** The functions of libdeflate.h that are needed. */
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

    // Critical: arrays of the heap are handed over as they are. A block takes a few milliseconds at
    // most, which is how long a garbage collection may have to wait for it.
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
   * With the hash of the library, since another version may compress to other bytes.
   *
   * @throws SquashfsFailure when there is no libdeflate for this machine
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
   * @throws SquashfsFailure when there is no libdeflate for this machine
   */
  static Libdeflate open() {
    return new Libdeflate(Functions.get());
  }

  @Override
  public int compress(byte[] in, int length, byte[] out) {
    try {
      // It gives up, and returns 0, as soon as the output is full.
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
    return new IllegalStateException("libdeflate is not called as it wants to be", e);
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
        "no libdeflate for " + platform() + ", which compresses with gzip: " + why,
        "",
        "use zstd or xz",
        cause);
  }
}
