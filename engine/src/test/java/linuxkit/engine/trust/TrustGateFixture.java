package linuxkit.engine.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.policy.LazyPolicy;
import linuxkit.trust.policy.TrustedSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gate with a policy, signatures that it finds, and authorities that are known to it. */
abstract class TrustGateFixture {
  static final Reference APP = Reference.parse("r.io/t/app:1");
  static final Descriptor ROOT = document(MediaTypes.OCI_INDEX, "root", "");
  static final Descriptor AMD64 = document(MediaTypes.OCI_MANIFEST, "amd64", "");
  static final Descriptor ARM64 = document(MediaTypes.OCI_MANIFEST, "arm64", "");

  @TempDir Path folder;
  final List<String> checks = new ArrayList<>();
  final List<Descriptor> own = new ArrayList<>();
  Optional<Instant> until = Optional.empty();
  Instant now = Instant.parse("2026-11-30T12:00:00Z");
  WorkCache work;

  @BeforeEach
  void openCache() throws IOException {
    work = new WorkCache(folder.resolve("derived"));
    Files.writeString(folder.resolve("alice.pub"), "alice");
    write("rules: [{image: r.io/t, require: [{key: alice.pub}]}]");
  }

  void write(String rules) throws IOException {
    Files.writeString(folder.resolve("trust.yml"), "version: 1\n" + rules);
  }

  static Descriptor document(String type, String text, String signer) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Descriptor(
        type,
        Digest.sha256(bytes),
        bytes.length,
        Optional.empty(),
        new TreeMap<>(signer.isEmpty() ? Map.of() : Map.of("signer", signer)));
  }

  /** Signatures in the store and in the registry. */
  static final class Source implements SignatureSource {
    final Map<Digest, List<Descriptor>> stored = new HashMap<>();
    final Map<Digest, List<Descriptor>> registry = new HashMap<>();
    int fetches;

    Source sign(Map<Digest, List<Descriptor>> where, Descriptor subject, String signer) {
      where
          .computeIfAbsent(subject.digest(), _ -> new ArrayList<>())
          .add(document("application/vnd.dsse.envelope.v1+json", "payload", signer));
      return this;
    }

    @Override
    public List<Descriptor> stored(Digest subject) {
      return stored.getOrDefault(subject, List.of());
    }

    @Override
    public List<Descriptor> fetched(Digest subject) {
      fetches++;
      registry.forEach((digest, documents) -> stored.put(digest, documents));
      return stored(subject);
    }

    @Override
    public byte[] read(Descriptor document) {
      return "payload".getBytes(UTF_8);
    }
  }

  Source stored(Descriptor subject, String signer) {
    Source source = new Source();
    return source.sign(source.stored, subject, signer);
  }

  Authority authority(TrustedSigner credential) {
    String key = new String(((TrustedSigner.Key) credential).publicKey().bytes(), UTF_8);
    return new Authority() {
      @Override
      public Verdict check(Evidence evidence, SignedSubject subject) {
        checks.add(key);
        return key.equals(evidence.annotations().get("signer"))
            ? new Verdict.Accepted(
                key, subject.digests().getLast(), Optional.empty(), until, List.of())
            : new Verdict.Refused("it was made by another key");
      }

      @Override
      public String identity() {
        return key;
      }
    };
  }

  TrustGate gate() {
    return new TrustGate(
        LazyPolicy.read(folder.resolve("trust.yml"), this::authority, work),
        work,
        own::contains,
        () -> now);
  }

  static void admit(TrustGate gate, SignatureSource source, Descriptor... manifests) {
    gate.admit(APP, ROOT, () -> List.of(manifests), source);
  }
}
