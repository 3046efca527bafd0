package linuxkit.engine.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.own.UserKey;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.policy.TrustedSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged and forged files of kept decisions. None is believed: the signature, which is not valid
 * any more in these tests, is checked again.
 */
class KeptDecisionsTest extends TrustGateFixture {
  private static final String KIND = "trust-4";

  private final Source source = stored(ROOT, "alice");
  private boolean revoked;

  @BeforeEach
  void keepADecision() {
    work = cache(folder);
    admit(gate(), source, AMD64);
    revoked = true;
  }

  private WorkCache cache(Path home) {
    return new WorkCache(folder.resolve("derived"), UserKey.of(home.toString()));
  }

  @Override
  Authority authority(TrustedSigner credential) {
    Authority usual = super.authority(credential);
    return new Authority() {
      @Override
      public Verdict check(Evidence evidence, SignedSubject subject) {
        return revoked ? new Verdict.Refused("revoked") : usual.check(evidence, subject);
      }

      @Override
      public String identity() {
        return usual.identity();
      }
    };
  }

  private Path file(String kind) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("derived").resolve(kind))) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void believesWhatIsIntact() throws IOException {
    admit(gate(), source, AMD64);
    rewrite(file(KIND), payload(entry()));
    admit(gate(), source, AMD64);
  }

  /** What somebody without the user's key can do to the file. */
  enum Damage {
    TRUNCATED,
    EMPTY,
    FLIPPED_BIT_OF_A_DECISION,
    FLIPPED_BIT_OF_THE_CODE,
    WITHOUT_THE_CODE,
    WRITTEN_WITH_ANOTHER_KEY,
    OF_ANOTHER_POLICY,
    OF_ANOTHER_VERSION,
    OF_ANOTHER_OWNER
  }

  @ParameterizedTest
  @EnumSource
  void ignoresAFile(Damage damage) throws IOException {
    Path file = file(KIND);
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case TRUNCATED -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      case EMPTY -> Files.write(file, new byte[0]);
      case FLIPPED_BIT_OF_A_DECISION -> Files.write(file, flipped(bytes, 80));
      case FLIPPED_BIT_OF_THE_CODE -> Files.write(file, flipped(bytes, bytes.length - 1));
      case WITHOUT_THE_CODE -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 84));
      case WRITTEN_WITH_ANOTHER_KEY -> {
        byte[] content = payload(entry());
        cache(Files.createDirectory(folder.resolve("other")))
            .put(KIND, name(file), out -> out.write(content));
      }
      case OF_ANOTHER_POLICY -> {
        Files.delete(file);
        revoked = false;
        write("rules: [{image: r.io, require: [{key: alice.pub}]}]");
        admit(gate(), source, AMD64);
        Files.move(file(KIND), file);
        write("rules: [{image: r.io/t, require: [{key: alice.pub}]}]");
        revoked = true;
      }
      case OF_ANOTHER_VERSION -> {
        byte[] content = payload(entry());
        work.put("trust-3", name(file), out -> out.write(content));
        Files.delete(file);
        Files.move(file("trust-3"), file);
      }
      case OF_ANOTHER_OWNER -> {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give files away");
        Files.setAttribute(file, "unix:uid", 12345);
      }
    }
    isDecidedAgain();
  }

  private static byte[] flipped(byte[] bytes, int at) {
    bytes[at] ^= 1;
    return bytes;
  }

  /** What only a fault of the program could have written. */
  enum Fault {
    FOR_ANOTHER_DIGEST,
    A_REFUSAL,
    WITHOUT_LINES,
    WITHOUT_A_DECISION,
    CUT_OFF_DECISION,
    TIME_THAT_IS_NO_NUMBER,
    TIME_THAT_IS_OVER,
    NEGATIVE_LENGTH,
    LENGTH_BEYOND_THE_END,
    COUNT_BEYOND_THE_END,
    NEGATIVE_COUNT,
    BYTES_AFTER_THE_END
  }

  @ParameterizedTest
  @EnumSource
  void ignoresAnEntry(Fault fault) throws IOException {
    String entry = entry();
    byte[] whole = payload(entry);
    rewrite(
        file(KIND),
        switch (fault) {
          case FOR_ANOTHER_DIGEST -> {
            String key =
                KeptDecisions.key(
                    APP.locator(),
                    List.of(AMD64.digest().toString()),
                    List.of(source.state(ROOT.digest())));
            yield payload(key, entry);
          }
          case A_REFUSAL -> payload(entry.replace("\"allowed\":true", "\"allowed\":false"));
          case WITHOUT_LINES -> payload(entry.replace("\n", " "));
          case WITHOUT_A_DECISION -> payload("\n\n");
          case CUT_OFF_DECISION -> payload(entry.substring(0, entry.length() - 1));
          case TIME_THAT_IS_NO_NUMBER -> payload("x" + entry);
          case TIME_THAT_IS_OVER -> payload(now.getEpochSecond() + entry);
          case NEGATIVE_LENGTH -> number(whole, 4 + 2 + 64, -1);
          case LENGTH_BEYOND_THE_END -> number(whole, 4 + 2 + 64, Integer.MAX_VALUE);
          case COUNT_BEYOND_THE_END -> number(whole, 0, 2);
          case NEGATIVE_COUNT -> number(whole, 0, -1);
          case BYTES_AFTER_THE_END -> Arrays.copyOf(whole, whole.length + 1);
        });
    revoked = true;
    isDecidedAgain();
  }

  private void isDecidedAgain() {
    assertThatThrownBy(() -> admit(gate(), source, AMD64))
        .isInstanceOf(ImageRefusedFailure.class)
        .hasMessageContaining("revoked");
    revoked = false;
    admit(gate(), source, AMD64);
    revoked = true;
    TrustGate gate = gate();
    admit(gate, source, AMD64);
    assertThat(gate.decisions().getFirst().kept()).as("the file was replaced").isTrue();
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private void rewrite(Path file, byte[] content) {
    work.put(KIND, name(file), out -> out.write(content));
  }

  private byte[] content() throws IOException {
    return work.findBytes(KIND, name(file(KIND))).orElseThrow();
  }

  private String entry() throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content()))) {
      assertThat(in.readInt()).isEqualTo(1);
      in.readUTF();
      return new String(in.readNBytes(in.readInt()), UTF_8);
    }
  }

  private byte[] payload(String entry) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content()))) {
      in.readInt();
      return payload(in.readUTF(), entry);
    }
  }

  private static byte[] payload(String key, String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(1);
    out.writeUTF(key);
    out.writeInt(entry.getBytes(UTF_8).length);
    out.write(entry.getBytes(UTF_8));
    return bytes.toByteArray();
  }

  private static byte[] number(byte[] bytes, int at, int value) {
    ByteBuffer.wrap(bytes).putInt(at, value);
    return bytes;
  }
}
