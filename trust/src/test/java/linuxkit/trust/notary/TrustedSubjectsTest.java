package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import linuxkit.trust.TrustFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedSubjectsTest {
  private static final X509Certificate LEAF =
      NotaryCertificates.read(TestSigner.certificate("p256"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x509.subject: C=GB, ST=London, O=Acme",
        "C=GB,S=London,O=Acme",
        "c=GB, st=London, o=Acme, OU=Builds, CN=p256",
        "C=GB;ST=London;O=Acme"
      })
  void acceptsPartOfASubject(String text) {
    assertThat(TrustedSubjects.parse(List.of(text), "trust.yml").check(LEAF).toString())
        .isEqualTo("C=GB, CN=p256, O=Acme, OU=Builds, ST=London");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C=GB, ST=London, O=Acme, OU=Other",
        "C=GB, ST=London, O=acme",
        "C=GB, ST=London, O=Acm",
        "C=GB, ST=London, O=Acme, L=London",
        "C=GB, ST=London, O=Acme\\ ",
        "C=GB, ST=London, O=Acme\\, OU=Builds"
      })
  void refusesOtherSubjects(String text) {
    TrustedSubjects subjects = TrustedSubjects.parse(List.of(text), "trust.yml");
    assertThatThrownBy(() -> subjects.check(LEAF))
        .hasMessage("the signer \"C=GB, CN=p256, O=Acme, OU=Builds, ST=London\" is not trusted");
  }

  @Test
  void acceptsOneOfSeveralNames() {
    TrustedSubjects subjects =
        TrustedSubjects.parse(
            List.of("C=GB, ST=London, O=Acme, CN=p384", "C=GB, ST=London, O=Acme, CN=p256"),
            "trust.yml");
    assertThat(subjects.check(LEAF).attributes()).containsEntry("CN", "p256");
    assertThatThrownBy(
            () -> subjects.check(NotaryCertificates.read(TestSigner.certificate("p521"))))
        .hasMessageEndingWith("is not trusted");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ST=London, O=Acme | the subject \"O=Acme, ST=London\" has no C",
        "C=GB, O=Acme | the subject \"C=GB, O=Acme\" has no ST",
        "C=GB, ST=London | the subject \"C=GB, ST=London\" has no O",
        "C=GB, ST=London, O=Acme, emailAddress=a@b | subjects cannot have the attribute EMAILADDRESS",
        "C=GB, ST=London, O=Acme, C=US | the name has C twice: \"C=GB, ST=London, O=Acme, C=US\"",
        "C=GB, ST=London, S=Kent, O=Acme | the name has ST twice: \"C=GB, ST=London, S=Kent, O=Acme\"",
        "C=GB + ST=London, O=Acme | this is not a list of single attributes: \"C=GB + ST=London, O=Acme\"",
        "C=GB, ST=, O=Acme | this is not a list of single attributes: \"C=GB, ST=, O=Acme\"",
        "C=GB, ST=London, O=Acme, | this is not a list of single attributes: \"C=GB, ST=London, O=Acme,\"",
        "C=GB, ST=London, O=Acme\\q | this is not a list of single attributes: \"C=GB, ST=London, O=Acme\\q\"",
        "'C=GB, ST=London, O=\"Acme\"' | this is not a list of single attributes: \"C=GB, ST=London, O=\"Acme\"\"",
        "* | this is not a list of single attributes: \"*\""
      })
  void refusesNamesThatAreNotClear(String text, String reason) {
    assertThatThrownBy(() -> TrustedSubjects.parse(List.of(text), "trust.yml"))
        .isInstanceOf(TrustFailure.class)
        .hasMessage("trust.yml: " + reason);
  }

  @Test
  void refusesOverlappingNames() {
    String acme = "C=GB, ST=London, O=Acme";
    assertThatThrownBy(
            () -> TrustedSubjects.parse(List.of(acme + ", OU=Builds", acme), "trust.yml"))
        .hasMessage(
            "trust.yml: the subjects \"C=GB, O=Acme, OU=Builds, ST=London\" and"
                + " \"C=GB, O=Acme, ST=London\" overlap");
    assertThatThrownBy(
            () -> TrustedSubjects.parse(List.of(acme + ", OU=a", acme + ", CN=b"), "trust.yml"))
        .hasMessageEndingWith("overlap");
    assertThatThrownBy(() -> TrustedSubjects.parse(List.of(), "trust.yml"))
        .hasMessage("trust.yml: there are no subjects");
  }

  @Test
  void takesAttributesOfAPolicy() {
    Map<String, String> acme = Map.of("C", "GB", "ST", "London", "O", "Acme");
    assertThat(TrustedSubjects.of(acme, "trust.yml").check(LEAF).attributes()).hasSize(5);
    assertThatThrownBy(() -> TrustedSubjects.of(Map.of("C", "GB", "O", "Acme"), "trust.yml"))
        .hasMessage("trust.yml: the subject \"C=GB, O=Acme\" has no ST");
    assertThatThrownBy(
            () ->
                TrustedSubjects.of(
                    Map.of("C", "GB", "ST", "London", "S", "Kent", "O", "Acme"), "trust.yml"))
        .hasMessageContaining("occurs twice");
  }

  @Test
  void readsEscapedValues() {
    assertThat(
            DistinguishedName.parse("O=Acme\\, Inc., CN=\\C3\\A9t\\c3\\a9, L=\\#a\\ ").attributes())
        .containsExactlyInAnyOrderEntriesOf(Map.of("O", "Acme, Inc.", "CN", "été", "L", "#a "));
    assertThat(DistinguishedName.parse("O=Acme\\, Inc.").toString()).isEqualTo("O=Acme\\, Inc.");
    assertThatThrownBy(() -> DistinguishedName.parse("O=\\C3"))
        .hasMessageStartingWith("this is not a list of single attributes");
  }

  @Test
  void readsStores() {
    byte[] two =
        (new String(TestSigner.resource("certificates/root.pem"), US_ASCII)
                + "# another\n"
                + new String(TestSigner.resource("certificates/issuing.pem"), US_ASCII))
            .getBytes(US_ASCII);
    assertThat(TrustStore.parse(two, "x").identity()).matches("[0-9a-f]{64} [0-9a-f]{64}");
    assertThat(TrustStore.parse(TestSigner.certificate("root"), "x").isEmpty()).isFalse();
  }

  @Test
  void refusesStoresWithOtherThings() {
    refusesStore(
        TestSigner.resource("certificates/p256.pem"),
        "there is a PEM block that is not a certificate, or is malformed");
    refusesStore(
        TestSigner.certificate("p256"),
        "the certificate \"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" is neither that of a CA nor"
            + " its own issuer");
    refusesStore("".getBytes(US_ASCII), "a certificate cannot be read");
    refusesStore(new byte[TrustStore.MAX_FILE + 1], "the file is larger than 1024 KiB");
    refusesStore(
        "-----BEGIN CERTIFICATE-----\nAAAA=A\n-----END CERTIFICATE-----\n".getBytes(US_ASCII),
        "a PEM block is not valid base64");
    refusesStore(
        new String(TestSigner.resource("certificates/root.pem"), US_ASCII)
            .repeat(65)
            .getBytes(US_ASCII),
        "there are more than 64 certificates");
  }

  private static void refusesStore(byte[] file, String reason) {
    assertThatThrownBy(() -> TrustStore.parse(file, "roots.pem"))
        .isInstanceOf(TrustFailure.class)
        .hasMessage("roots.pem: " + reason);
  }
}
