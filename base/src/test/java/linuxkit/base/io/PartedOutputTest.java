package linuxkit.base.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartedOutputTest {
  private static final int PART = 1_000_003;
  private static final int PIECE = 60_000;

  @TempDir Path folder;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private FileChannel file;

  @BeforeEach
  void create() throws IOException {
    file =
        FileChannel.open(
            folder.resolve("file"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  private PartedOutput output() {
    return new PartedOutput(file, (bytes, length) -> read.write(bytes, 0, length));
  }

  @Test
  void theReaderGetsAllBytesInOrder() throws Exception {
    byte[] content = new byte[8 * PART];
    new Random(1).nextBytes(content);
    try (PartedOutput output = output();
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i : new int[] {3, 0, 7, 1, 2, 6, 5, 4}) {
        int start = i * PART;
        OutputStream part = output.at(start);
        done.add(
            pool.submit(
                () -> {
                  for (int at = 0; at < PART; at += PIECE) {
                    part.write(content, start + at, Math.min(PIECE, PART - at));
                  }
                  return part;
                }));
      }
      for (Future<?> future : done) {
        future.get();
      }
      output.finish();
    }
    assertThat(read.toByteArray()).isEqualTo(content);
    assertThat(folder.resolve("file")).hasBinaryContent(content);
  }

  @Test
  void theReaderDoesNotWaitForTheEnd() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    try (PartedOutput output = new PartedOutput(file, (_, _) -> first.countDown())) {
      output.at(PART).write(new byte[PART]);
      output.at(0).write(new byte[PART]);
      assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void readingEndsAtTheFirstGap() throws Exception {
    try (PartedOutput output = output()) {
      output.at(0).write("first".getBytes(US_ASCII));
      output.at(6).write("second".getBytes(US_ASCII));
      output.finish();
    }
    assertThat(read).hasToString("first");
    assertThat(Files.size(folder.resolve("file"))).isEqualTo(12);
  }

  @Test
  void noByteIsWrittenTwice() throws Exception {
    try (PartedOutput output = output()) {
      OutputStream first = output.at(0);
      assertThat(output.at(10)).isNotNull();
      first.write(new byte[5]);
      assertThatThrownBy(() -> output.at(4)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> output.at(10)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> first.write(new byte[6])).isInstanceOf(IllegalStateException.class);
      first.write(new byte[5]);
    }
  }

  @Test
  void aFailureOfTheReaderIsReported() throws Exception {
    PartedOutput.Reader failing =
        (_, _) -> {
          throw new IOException("of the reader");
        };
    try (PartedOutput output = new PartedOutput(file, failing)) {
      output.at(0).write(new byte[5]);
      assertThatThrownBy(output::finish)
          .isInstanceOf(IOException.class)
          .hasMessage("of the reader");
    }
  }

  @Test
  void aClosedOutputReadsNothingMore() throws Exception {
    PartedOutput output = output();
    output.at(0).write(new byte[5]);
    output.close();
    output.finish();
    assertThat(read.size()).isZero();
  }
}
