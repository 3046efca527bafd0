package linuxkit.oci.registry.transfer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import linuxkit.base.Lazy;
import linuxkit.base.Sha256;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageGate;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.Attestations;
import linuxkit.oci.store.DocumentSource;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.SelectedImage;

/**
 * The images of a puller. For those that were found before, a derived file keeps which manifest of
 * an index or manifest is for a platform, and what the image consists of. If the store has all of
 * it, the documents are not read before they are needed: an unchanged build needs the digest only.
 * The file also keeps what the images' names mean; see {@link KnownNames}. One file has all images,
 * since opening a file costs more than reading it. Of processes that keep images at once, one may
 * lose those of another, which are then found again.
 */
public final class KnownImages implements Images {
  // The number is the version of the format.
  private static final String KIND = "images-1";
  private static final String KEY = Sha256.hex(KIND.getBytes(StandardCharsets.US_ASCII));
  private static final int MAX_COUNT = 8192;
  private static final String BETWEEN = "\t";
  private static final int FIELDS = 3;

  private final ImageStore store;
  private final Puller puller;
  private final Lazy<Map<String, String>> kept;
  private final KnownNames names;
  private final Map<String, String> found = new LinkedHashMap<>();

  /**
   * @param puller one that asks registries for missing images only
   */
  public KnownImages(ImageStore store, Puller puller) {
    this.store = store;
    this.puller = puller;
    this.kept = new Lazy<>(this::read);
    this.names = new KnownNames(store::namesStamp, store::names, kept);
  }

  @Override
  public Optional<Image> known(Reference reference, Platform platform) {
    // Another gate may have to look at the image, which takes time.
    return puller.gate.equals(ImageGate.OPEN)
        ? names.find(reference).flatMap(root -> known(reference, root, platform))
        : Optional.empty();
  }

  private Optional<Image> known(Reference reference, Descriptor root, Platform platform) {
    String line = kept.get().get(key(root, platform));
    if (line == null) {
      return Optional.empty();
    }
    String[] fields = line.split(BETWEEN, -1);
    return hasAll(fields)
        ? Optional.of(
            new LaterImage(
                reference,
                digest(fields[0]),
                root.digest(),
                () -> puller.find(reference, root, platform),
                type -> statements(fields, type, reference)))
        : Optional.empty();
  }

  private static String key(Descriptor root, Platform platform) {
    return root.digest() + " " + platform;
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    Optional<Descriptor> stored = names.find(reference);
    if (stored.isEmpty()) {
      return puller.find(reference, platform);
    }
    Descriptor root = puller.admitted(reference, stored.get(), List.of(platform));
    Optional<Image> known = known(reference, root, platform);
    if (known.isPresent()) {
      return known.get();
    }
    Image image = puller.find(reference, root, platform);
    Optional<String> parts = parts(reference, root, platform);
    if (parts.isPresent()) {
      synchronized (found) {
        found.put(key(root, platform), parts.get());
      }
    }
    return image;
  }

  /**
   * Returns digest, size and type of each part of an image: first the manifest, and of statements
   * about it the type of their content. Empty if the store lacks any.
   */
  private Optional<String> parts(Reference reference, Descriptor root, Platform platform) {
    DocumentSource documents = blob -> store.read(blob, reference);
    StringBuilder parts = new StringBuilder();
    try {
      SelectedImage image = SelectedImage.of(reference, root, platform, documents);
      add(image.descriptor(), "", parts);
      add(image.manifest().config(), "", parts);
      image.manifest().layers().forEach(layer -> add(layer, "", parts));
      for (Descriptor statement : Attestations.statements(image, documents, reference)) {
        String type = Attestations.type(statement);
        if (!store.has(statement) || type.chars().anyMatch(Character::isISOControl)) {
          return Optional.empty();
        }
        add(statement, type, parts);
      }
    } catch (Failure _) {
      return Optional.empty();
    }
    parts.setLength(parts.length() - BETWEEN.length());
    return Optional.of(parts.toString());
  }

  private static void add(Descriptor part, String type, StringBuilder parts) {
    parts.append(part.digest()).append(BETWEEN).append(part.size());
    parts.append(BETWEEN).append(type).append(BETWEEN);
  }

  private static Descriptor part(String[] fields, int at) {
    return Descriptor.of("", digest(fields[at]), Long.parseLong(fields[at + 1]));
  }

  private boolean hasAll(String[] fields) {
    for (int i = 0; i < fields.length; i += FIELDS) {
      if (!store.has(part(fields, i))) {
        return false;
      }
    }
    return true;
  }

  private List<Content> statements(String[] fields, String type, Reference reference) {
    List<Content> statements = new ArrayList<>();
    for (int i = 0; i < fields.length; i += FIELDS) {
      if (!type.isEmpty() && fields[i + 2].equals(type)) {
        statements.add(store.content(part(fields, i), reference));
      }
    }
    return statements;
  }

  private static Digest digest(String text) {
    return Digest.parse(text).orElseThrow();
  }

  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    return puller.blobs(reference, platforms);
  }

  /** Keeps what was found. On a full disk it is found again next time. */
  public void keep() {
    Map<String, String> all = new LinkedHashMap<>(names.found());
    synchronized (found) {
      all.putAll(found);
      found.clear();
    }
    if (all.isEmpty()) {
      return;
    }
    // What other processes have kept in the meantime; the latest come first.
    read().forEach(all::putIfAbsent);
    StringBuilder text = new StringBuilder();
    int left = MAX_COUNT;
    for (Map.Entry<String, String> one : all.entrySet()) {
      if (left-- > 0) {
        text.append(one.getKey()).append(BETWEEN).append(one.getValue()).append('\n');
      }
    }
    try {
      store
          .work()
          .put(KIND, KEY, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (FileFailure _) {
      // As above.
    }
  }

  // The file is authenticated, so that it has the form in which it was written.
  private Map<String, String> read() {
    Optional<byte[]> file = store.work().findBytes(KIND, KEY);
    Map<String, String> all = new LinkedHashMap<>();
    if (file.isPresent()) {
      String text = new String(file.get(), StandardCharsets.UTF_8);
      for (int start = 0, end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
        int key = text.indexOf(BETWEEN, start);
        all.put(text.substring(start, key), text.substring(key + 1, end));
      }
    }
    return all;
  }
}
