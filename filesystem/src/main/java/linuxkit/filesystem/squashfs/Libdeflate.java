package linuxkit.filesystem.squashfs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import linuxkit.filesystem.bundled.BundledLibrary;
import org.jspecify.annotations.Nullable;

/**
 * Compresses to zlib streams (RFC 1950) with libdeflate, which reaches the size of zlib's best
 * level at many times the speed.
 */
final class Libdeflate implements BlockCompressor {
  private static final BundledLibrary LIBRARY =
      new BundledLibrary("deflate", "gzip", "use zstd or xz");

  private static final int LEVEL = 6;

  /** The used functions of libdeflate.h. */
  private record Functions(MethodHandle alloc, MethodHandle compress, MethodHandle free) {
    private static @Nullable Functions loaded;

    static synchronized Functions get() {
      Functions functions = loaded;
      if (functions == null) {
        functions = of(LIBRARY.load());
        loaded = functions;
      }
      return functions;
    }

    private static Functions of(SymbolLookup library) {
      return new Functions(
          BundledLibrary.function(
              library, "libdeflate_alloc_compressor", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
          BundledLibrary.function(
              library,
              "libdeflate_zlib_compress",
              FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG)),
          BundledLibrary.function(
              library, "libdeflate_free_compressor", FunctionDescriptor.ofVoid(ADDRESS)));
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
   * @throws linuxkit.base.Failure if libdeflate is missing for this machine
   */
  static String settings() {
    return LIBRARY.version() + " level " + LEVEL;
  }

  /**
   * @throws linuxkit.base.Failure if libdeflate is missing for this machine
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
}
