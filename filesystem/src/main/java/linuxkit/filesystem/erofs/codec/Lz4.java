package linuxkit.filesystem.erofs.codec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import linuxkit.filesystem.bundled.BundledLibrary;
import org.jspecify.annotations.Nullable;

/** Compresses to LZ4 blocks (LZ4 Block Format Description) with the reference implementation. */
final class Lz4 implements Codec {
  static final int MAX_DISTANCE = 65_535;

  private static final BundledLibrary LIBRARY =
      new BundledLibrary("lz4", "LZ4", "use zstd or no compression");

  /** More than LZ4_STREAM_MINSIZE of lz4.h, in longs, as which the library aligns its state. */
  private static final int STATE = 4096;

  /** The usual speed. */
  private static final int ACCELERATION = 1;

  private static @Nullable MethodHandle loaded;

  private final MethodHandle function = function();
  private final MemorySegment state = MemorySegment.ofArray(new long[STATE]);

  private static synchronized MethodHandle function() {
    MethodHandle function = loaded;
    if (function == null) {
      function =
          BundledLibrary.function(
              LIBRARY.load(),
              "LZ4_compress_fast_extState",
              FunctionDescriptor.of(
                  JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
      loaded = function;
    }
    return function;
  }

  /**
   * Returns text that differs if the compressed bytes may differ.
   *
   * @throws linuxkit.base.Failure if the library is missing for this machine
   */
  static String settings() {
    return LIBRARY.version();
  }

  @Override
  public int bound(int size) {
    return size + size / 255 + 16;
  }

  @Override
  public int compress(byte[] in, int offset, int length, byte[] out) {
    int compressed;
    try {
      compressed =
          (int)
              function.invokeExact(
                  state,
                  MemorySegment.ofArray(in).asSlice(offset, length),
                  MemorySegment.ofArray(out),
                  length,
                  out.length,
                  ACCELERATION);
    } catch (Throwable e) {
      throw new IllegalStateException("unexpected signature", e);
    }
    if (compressed <= 0) {
      throw new IllegalStateException("the output is too small: " + out.length);
    }
    return compressed;
  }

  @Override
  public void close() {}
}
