package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Platform;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.Test;

/** Fetches blobs from registries with faults. */
class BlobTransferTest extends RegistryClientFixture {
  private final Descriptor layer = image.layers.getFirst();
  private final byte[] content = image.content(layer);
  private final String blobPath = FakeRegistry.blobPath("app", layer);

  @Test
  void refusesAnEndlessBlob() {
    registry.on(blobPath, endless("application/octet-stream"));

    assertThatThrownBy(this::fetchBlob)
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageEndingWith("is longer than the 300000 bytes that its manifest states");
  }

  @Test
  void refusesABlobOfAWrongLength() {
    registry.on(
        blobPath, FakeRegistry.answer(200, "x/y", Arrays.copyOf(content, content.length - 1)));

    assertThatThrownBy(this::fetchBlob)
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageEndingWith("is 299999 bytes long instead of 300000");
  }

  @Test
  void resumesAnInterruptedBlob() {
    registry.on(
        blobPath, FakeRegistry.inTurn(FakeRegistry.cutAfter(100_000, content), rest(content)));

    assertThat(fetchBlob()).isEqualTo(content);
    assertThat(registry.seen(blobPath))
        .extracting(FakeRegistry.Seen::range)
        .containsExactly("", "bytes=100000-");
    assertThat(pauses).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void resumesIfRangesAreIgnored() {
    registry.on(
        blobPath,
        FakeRegistry.inTurn(
            FakeRegistry.cutAfter(100_000, content),
            FakeRegistry.answer(200, "application/octet-stream", content)));

    assertThat(fetchBlob()).isEqualTo(content);
  }

  @Test
  void resumesIfAWrongRangeIsReturned() {
    registry.on(
        blobPath,
        FakeRegistry.inTurn(
            FakeRegistry.cutAfter(100_000, content),
            exchange -> {
              exchange.getResponseHeaders().set("Content-Range", "bytes 0-299999/300000");
              FakeRegistry.answer(206, "application/octet-stream", content).handle(exchange);
            },
            FakeRegistry.answer(200, "application/octet-stream", content)));

    assertThat(fetchBlob()).isEqualTo(content);
    assertThat(registry.seen(blobPath))
        .extracting(FakeRegistry.Seen::range)
        .containsExactly("", "bytes=100000-", "");
  }

  @Test
  void doesNotGiveUpABlobThatMakesProgress() {
    RandomImage large = new RandomImage(Platform.linux("amd64"), 6 << 20);
    Descriptor blob = large.layers.getFirst();
    registry.on(
        FakeRegistry.blobPath("app", blob),
        FakeRegistryFaults.inPieces(large.content(blob), (1 << 20) + 9));
    ByteArrayOutputStream sink = new ByteArrayOutputStream();

    client.blob(reference, blob, sink, noTask());

    assertThat(sink.toByteArray()).isEqualTo(large.content(blob));
  }

  @Test
  void givesUpABlobThatIsAlwaysInterrupted() {
    registry.on(blobPath, FakeRegistry.cutAfter(0, content));

    assertThatThrownBy(this::fetchBlob)
        .isInstanceOf(RegistryFailure.Unreachable.class)
        .hasMessageContaining("the transfer was cut off: ");
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(3));
  }

  @Test
  void givesUpAStalledBody() {
    registry.on(blobPath, FakeRegistryFaults.drip(content));

    try (RegistryClient impatient =
        Clients.of(Mirrors.none(), Logins.none(), Clients.impatient())) {
      assertThatThrownBy(
              () -> impatient.blob(reference, layer, new ByteArrayOutputStream(), noTask()))
          .isInstanceOf(RegistryFailure.Unreachable.class)
          .hasMessageContaining("the transfer stalled: less than 4096 bytes in 0 s");
    }
  }

  private byte[] fetchBlob() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    client.blob(reference, layer, sink, noTask());
    return sink.toByteArray();
  }

  private static Progress.Task noTask() {
    return Progress.silent().begin("", -1);
  }

  private static HttpHandler endless(String type) {
    return FakeRegistryFaults.endless(type);
  }

  /** Answers a range request correctly. */
  private static HttpHandler rest(byte[] content) {
    return FakeRegistryFaults.range(content);
  }
}
