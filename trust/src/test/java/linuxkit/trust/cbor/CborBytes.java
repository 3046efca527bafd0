package linuxkit.trust.cbor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.NullMarked;

/** Writes CBOR, for tests. */
@NullMarked
public final class CborBytes {
  private CborBytes() {}

  public static byte[] of(Cbor value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, value);
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, Cbor value) {
    switch (value) {
      case Cbor.Int(long number) when number < 0 -> head(out, 1, -1 - number);
      case Cbor.Int(long number) -> head(out, 0, number);
      case Cbor.Bytes(byte[] bytes) -> string(out, 2, bytes);
      case Cbor.Text(String text) -> string(out, 3, text.getBytes(UTF_8));
      case Cbor.Array array -> {
        head(out, 4, array.elements().size());
        array.elements().forEach(element -> write(out, element));
      }
      case Cbor.Mapping mapping -> {
        head(out, 5, mapping.entries().size());
        mapping
            .entries()
            .forEach(
                (key, each) -> {
                  write(out, key);
                  write(out, each);
                });
      }
      case Cbor.Tagged(long tag, Cbor tagged) -> {
        head(out, 6, tag);
        write(out, tagged);
      }
      case Cbor.Bool(boolean bool) -> head(out, 7, bool ? 21 : 20);
      case Cbor.Null() -> head(out, 7, 22);
    }
  }

  private static void string(ByteArrayOutputStream out, int major, byte[] bytes) {
    head(out, major, bytes.length);
    out.writeBytes(bytes);
  }

  private static void head(ByteArrayOutputStream out, int major, long argument) {
    int size =
        argument < 24
            ? 0
            : argument < 256 ? 1 : argument < 65536 ? 2 : argument >>> 32 == 0 ? 4 : 8;
    int information =
        switch (size) {
          case 0 -> (int) argument;
          case 1 -> 24;
          case 2 -> 25;
          case 4 -> 26;
          default -> 27;
        };
    out.write(major << 5 | information);
    for (int i = size - 1; i >= 0; i--) {
      out.write((int) (argument >>> (8 * i)));
    }
  }
}
