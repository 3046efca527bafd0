package linuxkit.trust.notary;

import static linuxkit.trust.notary.Hostile.refuses;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Chains of certificates with which nobody may sign. */
class HostileCertificateTest {
  /** Certificates that nobody may sign with: file, those above it, algorithm, reason. */
  static final List<Arguments> CERTIFICATES =
      List.of(
          Arguments.of("leaf-is-ca root", "ES256", "the signer's certificate is that of a CA"),
          Arguments.of(
              "leaf-key-usage-missing root",
              "ES256",
              "the signer's certificate has no critical key usage"),
          Arguments.of(
              "leaf-key-usage-not-critical root",
              "ES256",
              "the signer's certificate has no critical key usage"),
          Arguments.of(
              "leaf-key-usage-encipherment root",
              "ES256",
              "the signer's certificate is also for keyEncipherment"),
          Arguments.of(
              "leaf-key-usage-without-signature root",
              "ES256",
              "the signer's certificate is not for digital signatures"),
          Arguments.of("leaf-for-servers root", "ES256", "the signer's certificate is for servers"),
          Arguments.of(
              "leaf-for-anything root", "ES256", "the signer's certificate is for any purpose"),
          Arguments.of(
              "leaf-for-timestamps root", "ES256", "the signer's certificate is for timestamps"),
          Arguments.of(
              "leaf-rsa1024 root",
              "PS256",
              "the key of \"CN=bad,O=Acme,ST=London,C=GB\": an RSA key of 1024 bits; from 2048 to 8192 are accepted"),
          Arguments.of(
              "leaf-rsa2560 root",
              "PS256",
              "an RSA key of 2560 bits; 2048, 3072 and 4096 are accepted"),
          Arguments.of(
              "leaf-ed25519 root",
              "Ed25519",
              "Ed25519 keys make no signatures of the Notary Project"),
          Arguments.of(
              "leaf-k256 root",
              "ES256",
              "the key of \"CN=bad,O=Acme,ST=London,C=GB\": keys of this kind are not supported: elliptic curves other than P-256, P-384 and P-521"),
          Arguments.of(
              "leaf-sha1 root",
              "ES256",
              "the certificate \"CN=bad,O=Acme,ST=London,C=GB\" is signed with \"SHA1withECDSA\""),
          Arguments.of(
              "leaf-unknown-critical-extension root",
              "ES256",
              "the certificate chain is not valid: unrecognized critical extension(s)"),
          Arguments.of(
              "leaf-two-units root",
              "ES256",
              "the name has OU twice: \"CN=p256,OU=Other,OU=Builds,O=Acme,ST=London,C=GB\""),
          Arguments.of(
              "under-not-a-ca not-a-ca root",
              "ES256",
              "\"CN=not a CA,O=Acme,ST=London,C=GB\" issues certificates, but is not a CA"),
          Arguments.of(
              "under-one-more one-more no-more root",
              "ES256",
              "\"CN=no more,O=Acme,ST=London,C=GB\" allows 0 CAs below it, not 1"),
          Arguments.of(
              "under-soft-ca soft-ca root",
              "ES256",
              "\"CN=soft,O=Acme,ST=London,C=GB\" is a CA, but not critically so"),
          Arguments.of(
              "deepest deep9 deep8 deep7 deep6 deep5 deep4 deep3 deep2 deep1 root",
              "ES256",
              "the chain has 11 certificates, but at most 10 are accepted"),
          Arguments.of(
              "impostor",
              "ES256",
              "the certificate of \"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" does not come from a trusted root"),
          Arguments.of(
              "self root",
              "ES256",
              "\"CN=self,OU=Builds,O=Acme,ST=London,C=GB\" is its own issuer, but not the end of the chain"),
          Arguments.of(
              "past root",
              "ES256",
              "the certificate \"CN=past,OU=Builds,O=Acme,ST=London,C=GB\" is valid until 2020-12-31T23:59:59Z, before now"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("CERTIFICATES")
  void refusesCertificates(String chain, String algorithm, String reason) {
    String[] names = chain.split(" ", -1);
    TestSigner signer = TestSigner.of(names[0], Arrays.copyOfRange(names, 1, names.length));
    if (names[0].equals("leaf-k256")) {
      signer = Hostile.P256.withChain(signer.chain()); // The JDK has no signatures of that curve.
    }
    TestEnvelope envelope = new TestEnvelope("ES256", signer);
    envelope.signedWith = algorithm;
    refuses(envelope.jws(), reason);
    refuses(envelope.cose(), reason);
  }
}
