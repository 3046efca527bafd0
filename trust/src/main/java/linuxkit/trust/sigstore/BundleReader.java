package linuxkit.trust.sigstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.trust.Evidence;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.sigstore.Bundle.CertificateChain;
import linuxkit.trust.sigstore.Bundle.Content;
import linuxkit.trust.sigstore.Bundle.Enveloped;
import linuxkit.trust.sigstore.Bundle.KeyHint;
import linuxkit.trust.sigstore.Bundle.LogEntry;
import linuxkit.trust.sigstore.Bundle.Material;
import linuxkit.trust.sigstore.Bundle.Message;
import linuxkit.trust.sigstore.Bundle.Proof;

/** Reads bundles of versions 0.1 to 0.3 and limits what they may hold. */
final class BundleReader {
  static final int MAX_ENTRIES = 16;
  static final int MAX_TIMESTAMPS = 16;
  static final int MAX_CHAIN = 10;
  static final int MAX_HASHES = 64;

  private BundleReader() {}

  static Bundle read(byte[] document) {
    if (document.length > Evidence.MAX_DOCUMENT) {
      throw SigstoreRefusal.of("the bundle is larger than " + Evidence.MAX_DOCUMENT + " bytes");
    }
    ProtoFields bundle = ProtoFields.parse(document, "bundle");
    int minor = minor(bundle.text("mediaType"));
    bundle.only("mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope");
    ProtoFields material = bundle.object("verificationMaterial");
    material.only(
        "certificate",
        "x509CertificateChain",
        "publicKey",
        "tlogEntries",
        "timestampVerificationData");
    return new Bundle(
        minor,
        material(material, minor),
        material.objects("tlogEntries", MAX_ENTRIES).stream()
            .map(entry -> entry(entry, minor))
            .toList(),
        timestamps(material),
        content(bundle));
  }

  private static int minor(String mediaType) {
    return switch (mediaType) {
      case "application/vnd.dev.sigstore.bundle+json;version=0.1" -> 1;
      case "application/vnd.dev.sigstore.bundle+json;version=0.2" -> 2;
      case "application/vnd.dev.sigstore.bundle+json;version=0.3",
          "application/vnd.dev.sigstore.bundle.v0.3+json" ->
          3;
      default -> throw SigstoreRefusal.of("unknown media type of a bundle: " + mediaType);
    };
  }

  private static Material material(ProtoFields material, int minor) {
    Optional<ProtoFields> certificate = material.optionalObject("certificate");
    Optional<ProtoFields> chain = material.optionalObject("x509CertificateChain");
    Optional<ProtoFields> key = material.optionalObject("publicKey");
    if (certificate.isPresent()
        ? chain.isPresent() || key.isPresent()
        : chain.isPresent() == key.isPresent()) {
      throw SigstoreRefusal.of(
          material.path() + " must hold one of a certificate, a chain and a key");
    }
    if (certificate.isPresent()) {
      return new CertificateChain(certificate.get().only("rawBytes").bytes("rawBytes"), List.of());
    }
    if (key.isPresent()) {
      return new KeyHint(key.get().only("hint").optionalText("hint").orElse(""));
    }
    if (minor >= 3) {
      throw SigstoreRefusal.of("a bundle of version 0.3 holds a certificate, not a chain");
    }
    List<byte[]> certificates = new ArrayList<>();
    for (ProtoFields each :
        chain.orElseThrow().only("certificates").objects("certificates", MAX_CHAIN)) {
      certificates.add(each.only("rawBytes").bytes("rawBytes"));
    }
    if (certificates.isEmpty()) {
      throw SigstoreRefusal.of("the certificate chain is empty");
    }
    return new CertificateChain(
        certificates.getFirst(), certificates.subList(1, certificates.size()));
  }

  private static LogEntry entry(ProtoFields entry, int minor) {
    entry.only(
        "logIndex",
        "logId",
        "kindVersion",
        "integratedTime",
        "inclusionPromise",
        "inclusionProof",
        "canonicalizedBody");
    ProtoFields kind = entry.object("kindVersion").only("kind", "version");
    Optional<byte[]> promise =
        entry
            .optionalObject("inclusionPromise")
            .map(fields -> fields.only("signedEntryTimestamp").bytes("signedEntryTimestamp"));
    Optional<Proof> proof = entry.optionalObject("inclusionProof").map(BundleReader::proof);
    if (proof.isEmpty() && (minor > 1 || promise.isEmpty())) {
      throw SigstoreRefusal.of(entry.path() + " has no inclusion proof");
    }
    if (proof.isPresent()
        && proof.get().checkpoint().isEmpty()
        && (minor > 1 || promise.isEmpty())) {
      throw SigstoreRefusal.of(entry.path() + " has an inclusion proof without a checkpoint");
    }
    return new LogEntry(
        entry.numberOrZero("logIndex"),
        entry.object("logId").only("keyId").bytes("keyId"),
        kind.text("kind"),
        kind.text("version"),
        entry.numberOrZero("integratedTime"),
        promise,
        proof,
        entry.bytes("canonicalizedBody"));
  }

  private static Proof proof(ProtoFields proof) {
    proof.only("logIndex", "rootHash", "treeSize", "hashes", "checkpoint");
    List<byte[]> hashes = new ArrayList<>();
    for (Json hash : proof.list("hashes", MAX_HASHES)) {
      hashes.add(ProtoFields.bytes(hash, proof.path("hashes")));
    }
    return new Proof(
        proof.numberOrZero("logIndex"),
        proof.number("treeSize"),
        proof.bytes("rootHash"),
        hashes,
        proof
            .optionalObject("checkpoint")
            .map(checkpoint -> checkpoint.only("envelope").text("envelope")));
  }

  private static List<byte[]> timestamps(ProtoFields material) {
    List<byte[]> timestamps = new ArrayList<>();
    Optional<ProtoFields> data = material.optionalObject("timestampVerificationData");
    if (data.isPresent()) {
      List<ProtoFields> all =
          data.get().only("rfc3161Timestamps").objects("rfc3161Timestamps", MAX_TIMESTAMPS);
      for (ProtoFields each : all) {
        timestamps.add(each.only("signedTimestamp").bytes("signedTimestamp"));
      }
    }
    return timestamps;
  }

  private static Content content(ProtoFields bundle) {
    Optional<ProtoFields> message = bundle.optionalObject("messageSignature");
    Optional<ProtoFields> envelope = bundle.optionalObject("dsseEnvelope");
    if (message.isPresent() == envelope.isPresent()) {
      throw SigstoreRefusal.of("the bundle must hold one of a message signature and an envelope");
    }
    return message.<Content>map(BundleReader::message).orElseGet(() -> envelope(envelope.get()));
  }

  private static Message message(ProtoFields message) {
    message.only("messageDigest", "signature");
    Optional<ProtoFields> digest =
        message.optionalObject("messageDigest").map(fields -> fields.only("algorithm", "digest"));
    return new Message(
        digest.map(fields -> fields.text("algorithm")).orElse(""),
        digest.map(fields -> fields.bytes("digest")).orElse(new byte[0]),
        message.bytes("signature"));
  }

  private static Enveloped envelope(ProtoFields envelope) {
    envelope.only("payload", "payloadType", "signatures");
    List<ProtoFields> signatures = envelope.objects("signatures", 1);
    if (signatures.isEmpty()) {
      throw SigstoreRefusal.of("the envelope is not signed");
    }
    signatures.getFirst().only("sig", "keyid").bytes("sig");
    return new Enveloped(Envelope.of(envelope.object()));
  }
}
