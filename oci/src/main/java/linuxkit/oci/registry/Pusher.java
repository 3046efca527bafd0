package linuxkit.oci.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;

/**
 * Brings images of a store to registries: first all that a manifest leads to, then the manifest, so
 * that nobody who reads meanwhile finds half an image.
 */
public final class Pusher {
  private static final int MAX_NESTING = 4;
  private static final int SHOWN_DIGITS = 12;
  private static final String DEFAULT_TAG = "latest";

  /**
   * How to push.
   *
   * @param override whether to push even when the registry has something under that name
   * @param architectureTags whether each image of an index gets a tag of its own, {@code
   *     TAG-ARCHITECTURE}
   */
  public record Options(boolean override, boolean architectureTags) {}

  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  /**
   * @param client stays the caller's, who closes it
   */
  public Pusher(ImageStore store, RegistryClient client, Progress progress) {
    this.store = store;
    this.client = client;
    this.progress = progress;
  }

  /**
   * Pushes an index or manifest of the store. With an index goes what the registry has for other
   * platforms under the same name.
   *
   * @param image what it is called in the store, for failures
   * @param target the name that it gets in the registry
   * @return the digest that the name stands for there now
   * @throws linuxkit.base.Failure when the store has not got all of it, or the registry does not
   *     take it
   */
  public Digest push(Reference image, Descriptor root, Reference target, Options options) {
    Optional<Fetched> there = client.findTarget(target);
    if (there.isPresent() && !options.override()) {
      Digest digest = there.get().descriptor().digest();
      progress.info(target + " is in the registry already, as " + digest + ".");
      return digest;
    }
    Image whole = new Image(image, target);
    whole.gather(root, 0);
    whole.upload();
    Fetched top = whole.documents.removeLast();
    whole.documents.forEach(document -> client.putManifest(byDigest(target, document), document));
    boolean index = MediaTypes.isIndex(root.mediaType());
    Fetched merged = index && there.isPresent() ? IndexMerge.of(top, there.get(), target) : top;
    client.putManifest(target, merged);
    if (index && options.architectureTags()) {
      tag(image, root, target, whole.documents);
    }
    return merged.descriptor().digest();
  }

  private static Reference byDigest(Reference target, Fetched document) {
    return new Reference(
        target.registry(), target.repository(), "", Optional.of(document.descriptor().digest()));
  }

  private void tag(Reference image, Descriptor root, Reference target, List<Fetched> documents) {
    Set<String> tagged = new HashSet<>();
    for (Descriptor entry : index(image, root).manifests()) {
      String architecture = entry.platform().map(Platform::architecture).orElse("");
      boolean real = !architecture.isEmpty() && !architecture.equals("unknown");
      if (real && tagged.add(architecture)) {
        String tag = target.tag().isEmpty() ? DEFAULT_TAG : target.tag();
        Reference name =
            new Reference(
                target.registry(), target.repository(), tag + "-" + architecture, Optional.empty());
        documents.stream()
            .filter(document -> document.descriptor().digest().equals(entry.digest()))
            .forEach(document -> client.putManifest(name, document));
      }
    }
  }

  private ImageIndex index(Reference image, Descriptor blob) {
    return ImageIndex.parse(
        store.read(blob, image), blob.mediaType(), image + ", " + blob.digest());
  }

  /** What is pushed: parts in any order, documents each after all that it lists. */
  private final class Image {
    private final Reference name;
    private final Reference target;
    private final Map<Digest, Descriptor> parts = new LinkedHashMap<>();
    private final List<Fetched> documents = new ArrayList<>();
    private final Set<Digest> seen = new HashSet<>();
    private final Map<Digest, Reference> others = new HashMap<>();

    Image(Reference name, Reference target) {
      this.name = name;
      this.target = target;
    }

    void gather(Descriptor blob, int depth) {
      String where = name + ", " + blob.digest();
      if (depth == MAX_NESTING) {
        throw new ManifestFailure("indexes lie too deep within each other", where, "");
      }
      if (!seen.add(blob.digest())) {
        return;
      }
      if (MediaTypes.isIndex(blob.mediaType())) {
        index(name, blob).manifests().forEach(entry -> gather(entry, depth + 1));
      } else if (MediaTypes.isManifest(blob.mediaType())) {
        ImageManifest manifest =
            ImageManifest.parse(store.read(blob, name), blob.mediaType(), where);
        Stream.concat(Stream.of(manifest.config()), manifest.layers().stream())
            .filter(part -> !MediaTypes.isForeign(part.mediaType()))
            .forEach(part -> parts.putIfAbsent(part.digest(), part));
      } else {
        parts.putIfAbsent(blob.digest(), blob);
        return;
      }
      documents.add(new Fetched(blob, store.read(blob, name)));
    }

    void upload() {
      // Better than to find out when half of it is there.
      parts.values().forEach(part -> store.require(part, name));
      store.list().forEach(this::noteOther);
      Parallel.each(target, parts.values(), this::upload);
    }

    private void noteOther(NamedDescriptor other) {
      Optional<Reference> reference =
          other
              .reference()
              .filter(r -> r.registry().equals(target.registry()))
              .filter(r -> !r.repository().equals(target.repository()));
      if (reference.isPresent()) {
        store.reachable(other.root()).forEach(blob -> others.put(blob.digest(), reference.get()));
      }
    }

    private void upload(Descriptor part) {
      String label = target + " " + part.digest().hex().substring(0, SHOWN_DIGITS);
      try (Progress.Task task = progress.begin(label, part.size())) {
        client.upload(
            target,
            part,
            store.content(part, name),
            Optional.ofNullable(others.get(part.digest())),
            task);
      }
    }
  }
}
