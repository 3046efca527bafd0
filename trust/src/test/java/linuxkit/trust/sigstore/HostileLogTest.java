package linuxkit.trust.sigstore;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import org.junit.jupiter.api.Test;

/** Log entries that do not prove that the log has this signature. */
class HostileLogTest extends Hostile {
  private MiniSigner another() {
    return new MiniSigner(sigstore);
  }

  /** CVE-2022-23649: the entry is genuine, but of another file of that signer. */
  @Test
  void entryOfAnotherArtifact() {
    MiniSigner other = another();
    other.artifact = MiniSigner.ascii("other");
    refused(signer.bundle(other.entry()), "the log entry has another digest than the bundle");
  }

  /** GHSA-whqx-f9j3-ch6m: the entry is genuine, but of another signature of that file. */
  @Test
  void entryOfAnotherSignature() {
    JsonObject entry = another().entry();
    refused(signer.bundle(entry), "the log entry has another signature than the bundle");
  }

  /** CVE-2026-22703: the entry is of that file and signature, but of another certificate. */
  @Test
  void entryOfAnotherCertificate() {
    MiniSigner other = another();
    other.useSignatureOf(signer);
    refused(signer.bundle(other.entry()), "the log entry has another certificate or key than the");
  }

  @Test
  void entryOfAnotherEnvelope() {
    signer.statement = Optional.of(MiniSigner.statement(Sha256.hex(MiniSigner.ARTIFACT)));
    MiniSigner other = another();
    other.statement = Optional.of(MiniSigner.statement("00"));
    refused(signer.bundle(other.entry()), "the log entry has another payload than the bundle");
  }

  @Test
  void entryOfAnotherFileInSecondRekor() {
    signer.second();
    MiniSigner other = another().second();
    other.artifact = MiniSigner.ascii("other");
    refused(signer.bundle(other.entry()), "the log entry has another digest than the bundle");
  }

  @Test
  void entryOfAnotherKind() {
    signer.body = body -> with(body, "kind", new JsonString("rpm"));
    refused("the log entry is of another kind or version than the bundle says");
  }

  /** Such an entry has the hash of an envelope, and no signature that could be compared. */
  @Test
  void entryOfTheFirstVersionOfInToto() {
    signer.body =
        body ->
            with(
                with(body, "kind", new JsonString("intoto")),
                "apiVersion",
                new JsonString("0.0.1"));
    JsonObject version = JsonObject.builder().put("kind", "intoto").put("version", "0.0.1").build();
    refused(
        signer.bundle(with(signer.entry(), "kindVersion", version)),
        "unknown kind of log entry: intoto 0.0.1");
  }

  /** CVE-2026-49834: one entry counted twice. */
  @Test
  void entryTwice() {
    JsonObject entry = signer.entry();
    refused(signer.bundle(entry, entry), "a log entry occurs twice in the bundle");
  }

  @Test
  void noEntry() {
    JsonObject material = member(signer.bundle(), "verificationMaterial");
    refused(
        with(
            signer.bundle(),
            "verificationMaterial",
            with(material, "tlogEntries", MiniSigstore.list())),
        "the bundle has no log entry");
  }

  /** Valid by the certificate, which an attacker's clock may have got early. */
  @Test
  void integratedTimeInFuture() {
    signer.leaf.notBefore = MiniSigstore.TIME.plus(Duration.ofDays(20));
    signer.leaf.notAfter = MiniSigstore.TIME.plus(Duration.ofDays(21));
    signer.integrated = MiniSigstore.TIME.plus(Duration.ofDays(20).plusMinutes(1));
    refused("the signature is from the future: 2026-06-21T12:01:00Z");
  }

  @Test
  void integratedTimeWithoutPromise() {
    signer.withPromise = false;
    refused("nothing trusted attests when the signature was made");
  }

  @Test
  void integratedTimeChanged() {
    String time = Long.toString(signer.integrated.getEpochSecond());
    String later = Long.toString(signer.integrated.getEpochSecond() + 60);
    refused(
        replaced("\"integratedTime\":\"" + time, "\"integratedTime\":\"" + later),
        "the log's promise (signed entry timestamp) is wrong");
  }

  @Test
  void integratedTimeBeyondAllCalendars() {
    signer.integrated = Instant.ofEpochSecond(400_000_000_000L);
    refused("the log entry's promise has no usable time");
  }

  /** CVE-2026-54787, of the log. */
  @Test
  void promiseOutsideValidityOfLog() {
    sigstore.logValidity = MiniSigstore.period(-300, -1);
    refused("the log https://rekor.example was valid from");
  }

  @Test
  void timestampOutsideValidityOfSecondLog() {
    sigstore.logValidity = MiniSigstore.period(-300, -1);
    signer.second();
    refused("the log https://second.example was valid from");
  }

  @Test
  void logWithoutStart() {
    sigstore.logValidity = "{}";
    refused("trusted root.tlogs[0].publicKey.validFor has no start");
  }

  @Test
  void checkpointSignedByAnother() {
    signer.checkpointSigner = MiniCertificate.ec();
    refused("the signature of the checkpoint by rekor.example is wrong");
  }

  @Test
  void checkpointOfAnotherLog() {
    signer.checkpoint = note -> note.replace("rekor.example", "rekor.evil");
    refused("the checkpoint is of rekor.evil - 42, not of the log rekor.example");
  }

  @Test
  void checkpointOfLogWithLongerName() {
    signer.second();
    signer.checkpoint = note -> note.replace("second.example", "second.example - 7");
    refused("the checkpoint is of second.example - 7, not of the log second.example");
  }

  @Test
  void checkpointOfAnotherTree() {
    signer.treeSize = 3;
    refused("the checkpoint and the inclusion proof are of different trees");
  }

  @Test
  void checkpointWithTooManySignatures() {
    String line = "\\n\u2014 witness.example AAAAAAAA";
    refused(
        replaced("\\n\\n\u2014", "\\n" + line.repeat(32) + "\\n\u2014"),
        "the checkpoint has more than 32 signatures");
  }

  @Test
  void indexBeyondTree() {
    refused(
        replaced("\"treeSize\":\"2\"", "\"treeSize\":\"1\""),
        "the inclusion proof's index 1 is not below its size 1");
  }

  @Test
  void tooManyHashes() {
    refused(
        replaced("\"hashes\":[", "\"hashes\":[\"" + MiniSigstore.base64(new byte[32]) + "\","),
        "the inclusion proof has too many hashes");
  }

  @Test
  void shortHash() {
    refused(
        replaced("\"hashes\":[", "\"hashes\":[\"" + MiniSigstore.base64(new byte[31]) + "\","),
        "a hash of the inclusion proof is not of 32 bytes");
  }

  @Test
  void proofOfTheOtherEntry() {
    refused(
        replaced(
            "\"inclusionProof\":{\"logIndex\":\"1\"", "\"inclusionProof\":{\"logIndex\":\"0\""),
        "the inclusion proof does not lead to its root");
  }

  @Test
  void logThatIsNotTrusted() {
    MiniSigstore evil = new MiniSigstore();
    MiniSigner elsewhere = new MiniSigner(evil);
    refused(signer.bundle(elsewhere.entry()), "the entry is of a log that is not trusted");
  }
}
