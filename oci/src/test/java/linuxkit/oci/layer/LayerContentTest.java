package linuxkit.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Node;
import linuxkit.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerContentTest {
  @TempDir Path directory;

  private static String sha256(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private static String read(Content content) throws IOException {
    try (InputStream in = content.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void verifiesASliceSeparately() throws IOException {
    TestTar tar = new TestTar().file("before", "xyz").file("file", "abcdef");
    Content file =
        ((Node.RegularFile)
                new TestLayers(directory).flatten(tar).find("file").orElseThrow().node())
            .content();
    Content slice = file.slice(1, 4, sha256("bcde"));
    assertThat(read(slice)).isEqualTo("bcde");
    assertThat(read(slice.slice(1, 2, sha256("cd")))).isEqualTo("cd");
    assertThatThrownBy(() -> read(file.slice(0, 4, sha256("bcde"))))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("file file is damaged");
    assertThatThrownBy(() -> file.slice(4, 3, sha256("")))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
