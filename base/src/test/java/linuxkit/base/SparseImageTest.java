package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseImageTest {
  @Test
  void bytesOutsideExtentsAreZero(@TempDir Path directory) throws IOException {
    SparseImage partition = SparseImage.builder().put(1, new byte[] {7}).build(3);
    SparseImage image = SparseImage.builder().put(4, partition).put(0, new byte[] {1, 2}).build(9);
    byte[] expected = {1, 2, 0, 0, 0, 7, 0, 0, 0};
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    image.writeTo(bytes);
    assertThat(bytes.toByteArray()).isEqualTo(expected);
    Path file = directory.resolve("image");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      image.writeTo(channel);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
  }

  @Test
  void refusesOverlappingExtents() {
    SparseImage.Builder builder = SparseImage.builder().put(4, new byte[4]).put(12, new byte[4]);
    for (int offset : new int[] {1, 4, 7, 9, 15}) {
      assertThatThrownBy(() -> builder.put(offset, new byte[4]))
          .as("at %d", offset)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> builder.build(15)).isInstanceOf(IllegalArgumentException.class);
    assertThat(builder.put(8, new byte[4]).put(0, new byte[4]).build(16).extents()).hasSize(4);
  }

  @Test
  void refusesSourcesOfAnotherSize() {
    SparseImage image = SparseImage.builder().put(0, 3, out -> out.write(1)).build(3);
    assertThatThrownBy(() -> image.writeTo(new ByteArrayOutputStream()))
        .isInstanceOf(IOException.class)
        .hasMessage("an extent of 3 bytes has 1");
  }

  @Test
  void writesManyExtentsOrThrowsTheFirstFailure(@TempDir Path directory) throws IOException {
    SparseImage.Builder builder = SparseImage.builder();
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[1 + i * 37 % 300];
      Arrays.fill(bytes, (byte) (i + 1));
      builder.put(i * 400L, bytes);
    }
    SparseImage image = builder.build(200_000);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    image.writeTo(expected);
    Path file = directory.resolve("image");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      image.writeTo(channel);
    }
    assertThat(file).hasBinaryContent(expected.toByteArray());
    for (int i : new int[] {7, 8}) {
      builder.put(
          i * 400L + 399,
          1,
          _ -> {
            throw new IOException("broken " + i);
          });
    }
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve("broken"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> builder.build(200_000).writeTo(channel))
          .isInstanceOf(IOException.class)
          .hasMessage("broken 7");
    }
  }
}
