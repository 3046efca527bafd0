package linuxkit.oci.signatures;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import linuxkit.base.cache.CachedFile;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;

/**
 * The signatures that a store keeps: a derived file for each manifest, with what every repository
 * had when it was asked. A file lives as long as its manifest is in the store.
 */
public final class KeptSignatures {
  private static final String KIND = Housekeeping.SIGNATURES;

  private final WorkCache work;

  public KeptSignatures(ImageStore store) {
    this.work = store.work();
  }

  /**
   * Returns what a repository had about a manifest; empty if the store does not know.
   *
   * @param image a name in the repository
   */
  public Optional<List<SignatureArtefact>> find(Reference image, Digest subject) {
    return Optional.ofNullable(read(subject).get(image.locator()));
  }

  /** Returns what any repository had about a manifest, without duplicates. */
  public List<SignatureArtefact> all(Digest subject) {
    Map<String, SignatureArtefact> all = new TreeMap<>();
    read(subject)
        .values()
        .forEach(
            artefacts -> artefacts.forEach(artefact -> all.putIfAbsent(key(artefact), artefact)));
    return List.copyOf(all.values());
  }

  /**
   * Returns what any repository had about a manifest, without duplicates: first that of one
   * repository, so that others cannot displace it.
   *
   * @param image a name in the first repository
   */
  List<SignatureArtefact> startingWith(Reference image, Digest subject) {
    List<SignatureArtefact> all = new ArrayList<>(find(image, subject).orElse(List.of()));
    Set<String> known = new HashSet<>();
    all.forEach(artefact -> known.add(key(artefact)));
    all(subject).stream().filter(artefact -> !known.contains(key(artefact))).forEach(all::add);
    return List.copyOf(all);
  }

  private static String key(SignatureArtefact artefact) {
    return artefact.place() + " " + artefact.manifest().descriptor().digest();
  }

  /** Returns a hash of all that the store knows about a manifest; empty if that is nothing. */
  String state(Digest subject) {
    Optional<CachedFile> file = work.findUnverified(KIND, subject.hex());
    return file.isEmpty() ? "" : file.get().sha256();
  }

  /** Replaces what the store knows of a repository's signatures of a manifest. */
  public void keep(Reference image, Digest subject, List<SignatureArtefact> artefacts) {
    Map<String, List<SignatureArtefact>> all = new TreeMap<>(read(subject));
    all.put(image.locator(), List.copyOf(artefacts));
    work.put(
        KIND,
        subject.hex(),
        out -> {
          DataOutputStream data = new DataOutputStream(out);
          data.writeInt(all.size());
          for (Map.Entry<String, List<SignatureArtefact>> repository : all.entrySet()) {
            data.writeUTF(repository.getKey());
            data.writeInt(repository.getValue().size());
            for (SignatureArtefact artefact : repository.getValue()) {
              write(artefact, data);
            }
          }
        });
  }

  private static void write(SignatureArtefact artefact, DataOutputStream data) throws IOException {
    Descriptor manifest = artefact.manifest().descriptor();
    data.writeUTF(artefact.place().name());
    data.writeUTF(manifest.mediaType());
    data.writeUTF(manifest.digest().toString());
    write(artefact.manifest().bytes(), data);
    data.writeInt(artefact.blobs().size());
    for (Map.Entry<Digest, byte[]> blob : artefact.blobs().entrySet()) {
      data.writeUTF(blob.getKey().toString());
      write(blob.getValue(), data);
    }
  }

  private static void write(byte[] bytes, DataOutputStream data) throws IOException {
    data.writeInt(bytes.length);
    data.write(bytes);
  }

  private Map<String, List<SignatureArtefact>> read(Digest subject) {
    Optional<byte[]> file = work.findBytes(KIND, subject.hex());
    if (file.isEmpty()) {
      return Map.of();
    }
    Map<String, List<SignatureArtefact>> all = new HashMap<>();
    // The file is authenticated, so that it has the form in which it was written.
    try (DataInputStream data = new DataInputStream(new ByteArrayInputStream(file.get()))) {
      int repositories = data.readInt();
      for (int i = 0; i < repositories; i++) {
        String locator = data.readUTF();
        int count = data.readInt();
        List<SignatureArtefact> artefacts = new ArrayList<>();
        for (int j = 0; j < count; j++) {
          artefacts.add(artefact(data));
        }
        all.put(locator, artefacts);
      }
      return all;
    } catch (IOException _) {
      return Map.of();
    }
  }

  private static SignatureArtefact artefact(DataInputStream data) throws IOException {
    SignatureArtefact.Place place = SignatureArtefact.Place.valueOf(data.readUTF());
    String mediaType = data.readUTF();
    Digest digest = digest(data);
    byte[] manifest = bytes(data);
    int count = data.readInt();
    Map<Digest, byte[]> blobs = new HashMap<>();
    for (int i = 0; i < count; i++) {
      blobs.put(digest(data), bytes(data));
    }
    return new SignatureArtefact(
        place,
        new FetchedDocument(Descriptor.of(mediaType, digest, manifest.length), manifest),
        blobs);
  }

  private static Digest digest(DataInputStream data) throws IOException {
    return Digest.parse(data.readUTF()).orElseThrow(() -> new IOException("not a digest"));
  }

  private static byte[] bytes(DataInputStream data) throws IOException {
    return data.readNBytes(data.readInt());
  }
}
