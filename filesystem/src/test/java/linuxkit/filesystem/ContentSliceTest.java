package linuxkit.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContentSliceTest {
  private final Content whole = Content.of("abcdef".getBytes(StandardCharsets.UTF_8));

  private static String sha256(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8)).sha256();
  }

  private static String read(Content content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void containsOnlyItsPart() throws IOException {
    assertThat(read(whole.slice(1, 3, sha256("bcd")))).isEqualTo("bcd");
    assertThat(read(whole.slice(4, 2, sha256("ef")))).isEqualTo("ef");
    assertThat(read(whole.slice(6, 0, sha256("")))).isEmpty();
  }

  @Test
  void refusesBytesOfAnotherHash() {
    assertThatThrownBy(() -> read(whole.slice(1, 3, sha256("abc"))))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the bytes are not those of sha256:" + sha256("abc"));
    assertThatThrownBy(() -> read(whole.slice(6, 0, sha256("g"))))
        .hasMessageStartingWith("the bytes are not those of sha256:" + sha256("g"));
  }

  @Test
  void refusesPartsBeyondTheEnd() {
    assertThatThrownBy(() -> whole.slice(4, 3, sha256("ef")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> whole.slice(Long.MAX_VALUE, 1, sha256("ef")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
