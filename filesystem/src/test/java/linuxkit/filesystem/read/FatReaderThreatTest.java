package linuxkit.filesystem.read;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import linuxkit.base.io.RandomAccessInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that would take a reader's time or memory. */
class FatReaderThreatTest {
  private static final int SECTOR = 512;
  private static final int CLUSTERS = 20_000;
  private static final int TABLE_SECTORS = (CLUSTERS + 2) * 2 / SECTOR + 1;
  private static final int ROOT = SECTOR * (1 + TABLE_SECTORS);
  private static final int DATA = ROOT + SECTOR;

  @TempDir private Path folder;

  private static ByteBuffer volume() {
    ByteBuffer volume =
        ByteBuffer.allocate(DATA + CLUSTERS * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    volume.putShort(11, (short) SECTOR).put(13, (byte) 1).putShort(14, (short) 1);
    volume.put(16, (byte) 1).putShort(17, (short) (SECTOR / 32));
    volume.putShort(22, (short) TABLE_SECTORS).putInt(32, DATA / SECTOR + CLUSTERS);
    return volume.putShort(510, (short) 0xaa55);
  }

  private static void directory(ByteBuffer volume, int at, String name, int cluster) {
    volume.put(at, "%-11s".formatted(name).getBytes(StandardCharsets.US_ASCII));
    volume.put(at + 11, (byte) 0x10).putShort(at + 26, (short) cluster);
  }

  private static void next(ByteBuffer volume, int cluster, int next) {
    volume.putShort(SECTOR + cluster * 2, (short) next);
  }

  private void refuses(ByteBuffer volume, String why) throws Exception {
    byte[] bytes = new byte[volume.capacity()];
    volume.get(0, bytes);
    Path file = Files.write(folder.resolve("volume"), bytes);
    try (FileChannel channel = FileChannel.open(file)) {
      RandomAccessInput in = RandomAccessInput.of(channel);
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () ->
              assertThatThrownBy(() -> FatReader.read(in, "volume", (_, _) -> {}))
                  .isInstanceOf(FileSystemReadFailure.class)
                  .hasMessageContaining(why));
    }
  }

  @Test
  void refusesNamesWithoutAnEnd() throws Exception {
    ByteBuffer volume = volume();
    directory(volume, ROOT, "R", 2);
    for (int cluster = 2; cluster < CLUSTERS; cluster++) {
      next(volume, cluster, cluster + 1);
      int at = DATA + (cluster - 2) * SECTOR;
      for (int entry = at; entry < at + SECTOR; entry += 32) {
        for (int i = 0; i < 32; i++) {
          volume.put(entry + i, (byte) 'a');
        }
        volume.put(entry + 11, (byte) 0x0f);
      }
    }
    refuses(volume, "a name is longer than 255 characters");
  }

  @Test
  void refusesDirectoriesInTwoPlaces() throws Exception {
    ByteBuffer volume = volume();
    directory(volume, ROOT, "R", 2);
    for (int cluster = 2; cluster < 60; cluster++) {
      next(volume, cluster, 0xffff);
      directory(volume, DATA + (cluster - 2) * SECTOR, "A", cluster + 1);
      directory(volume, DATA + (cluster - 2) * SECTOR + 32, "B", cluster + 1);
    }
    refuses(volume, "a directory is in two places");
  }
}
