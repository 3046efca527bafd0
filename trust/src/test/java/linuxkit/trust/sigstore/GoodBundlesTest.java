package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import linuxkit.base.Sha256;
import org.junit.jupiter.api.Test;

/** What the mini Sigstore makes is right, so that each hostile case has exactly one fault. */
class GoodBundlesTest {
  private final MiniSigner signer = new MiniSigner(new MiniSigstore());

  @Test
  void acceptsMessageInFirstRekor() {
    VerifiedBundle verified = signer.verify(signer.bundle());
    assertThat(verified.signer()).isEqualTo("builder@example.com (https://issuer.example)");
    assertThat(verified.subject()).isEqualTo("sha256:" + Sha256.hex(MiniSigner.ARTIFACT));
    assertThat(verified.times()).containsExactly(MiniSigstore.TIME.plus(Duration.ofMinutes(1)));
  }

  @Test
  void acceptsStatementInFirstRekor() {
    signer.statement = Optional.of(MiniSigner.statement(Sha256.hex(MiniSigner.ARTIFACT)));
    assertThat(signer.verify(signer.bundle()).statement()).isPresent();
  }

  @Test
  void acceptsMessageInSecondRekor() {
    signer.second();
    assertThat(signer.verify(signer.bundle()).times()).hasSize(1);
  }

  @Test
  void acceptsStatementInSecondRekor() {
    signer.second().statement = Optional.of(MiniSigner.statement(Sha256.hex(MiniSigner.ARTIFACT)));
    assertThat(signer.verify(signer.bundle()).statement()).isPresent();
  }

  @Test
  void acceptsPromiseAndTimestampTogether() {
    signer.withStamp = true;
    assertThat(signer.verify(signer.bundle()).times()).hasSize(2);
  }

  @Test
  void acceptsPatternForWholeSubject() {
    KeylessIdentity identity = KeylessIdentity.matching(MiniSigner.ISSUER, ".*@example\\.com");
    assertThat(signer.verify(MiniSigstore.json(signer.bundle()), identity).signer())
        .startsWith(MiniSigner.SUBJECT);
  }
}
