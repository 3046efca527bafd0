package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import linuxkit.base.Failure;
import linuxkit.base.Sha256;
import linuxkit.filesystem.Content;
import org.junit.jupiter.api.Test;

/** The contract of {@link linuxkit.filesystem.Content}, wherever the bytes are. */
abstract class ContentContract {
  static final byte[] BYTES = new byte[200_000];

  static {
    new Random(1).nextBytes(BYTES);
  }

  abstract Content content() throws IOException;

  /** What it holds. */
  byte[] bytes() throws IOException {
    return BYTES;
  }

  static byte[] read(Content content) throws IOException {
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    }
  }

  static boolean isToldOf(Throwable thrown) {
    return thrown instanceof IOException || thrown instanceof Failure;
  }

  @Test
  void returnsSizeAndHashOfTheBytes() throws IOException {
    Content content = content();
    assertThat(content.size()).isEqualTo(bytes().length);
    assertThat(content.sha256()).isEqualTo(Sha256.hex(bytes()));
  }

  @Test
  void opensStreamsOfAllBytes() throws IOException {
    Content content = content();
    try (InputStream one = content.open();
        InputStream two = content.open()) {
      assertThat(one.read()).isEqualTo(bytes()[0] & 0xff);
      assertThat(two.readAllBytes()).isEqualTo(bytes());
      assertThat(one.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes(), 1, bytes().length));
      assertThat(one.read()).isEqualTo(-1);
    }
  }

  @Test
  void writesTheSameBytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content().writeTo(out);
    assertThat(out.toByteArray()).isEqualTo(bytes());
  }

  @Test
  void readsInSeveralThreads() throws IOException {
    Content content = content();
    byte[] expected = bytes();
    assertThat(
            IntStream.range(0, 8)
                .parallel()
                .allMatch(
                    _ -> {
                      try {
                        return Arrays.equals(read(content), expected);
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }))
        .isTrue();
  }

  @Test
  void readsASlice() throws IOException {
    Content content = content();
    int size = bytes().length;
    byte[] middle = Arrays.copyOfRange(bytes(), 3, size - 5);
    Content slice = content.slice(3, middle.length, Sha256.hex(middle));
    assertThat(slice.size()).isEqualTo(middle.length);
    assertThat(read(slice)).isEqualTo(middle);
    byte[] inner = Arrays.copyOfRange(middle, 1, 11);
    assertThat(read(slice.slice(1, 10, Sha256.hex(inner)))).isEqualTo(inner);
    assertThat(read(content.slice(size, 0, Sha256.hex(new byte[0])))).isEmpty();
  }

  @Test
  void verifiesSlicesAndRefusesThoseBeyondTheEnd() throws IOException {
    Content content = content();
    byte[] other = Arrays.copyOfRange(bytes(), 3, 13);
    other[9] ^= 1;
    Content wrong = content.slice(3, 10, Sha256.hex(other));
    assertThatThrownBy(() -> read(wrong)).matches(ContentContract::isToldOf);
    assertThatThrownBy(() -> content.slice(content.size() - 2, 3, Sha256.hex(new byte[3])))
        .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> content.slice(-1, 3, Sha256.hex(new byte[3])))
        .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
  }
}
