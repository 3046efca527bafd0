package linuxkit.engine.lock.update;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.lock.LockedImage;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.store.SelectedImage;

/** Finds out what references mean, and reads the documents of their images. */
final class ImageLocker {
  private static final int DIGITS = 12;

  private final ImageAccess access;
  private final Progress progress;
  private final Map<Reference, LockedImage> known = new HashMap<>();

  ImageLocker(ImageAccess access, Progress progress) {
    this.access = access;
    this.progress = progress;
  }

  /**
   * Returns the images of references. Those that were locked before and are not selected stay as
   * they are.
   *
   * @param wanted the references by their texts
   * @throws Failure if one cannot be found
   */
  SortedMap<String, LockedImage> lock(
      SortedMap<String, Reference> wanted, Map<String, LockedImage> old, Selection selection) {
    wanted.forEach(
        (text, reference) -> {
          LockedImage before = old.get(text);
          if (before != null && !selection.has(NamedReferences.names(text, reference))) {
            known.putIfAbsent(reference, before);
          }
        });
    SortedMap<String, LockedImage> locked = new TreeMap<>();
    wanted.forEach(
        (text, reference) -> {
          boolean moved = selection.has(NamedReferences.names(text, reference));
          locked.put(text, known.computeIfAbsent(reference, wants -> image(wants, moved)));
        });
    return locked;
  }

  private LockedImage image(Reference reference, boolean moved) {
    progress.detail("Locking " + reference + ".");
    Descriptor root = root(reference, moved);
    return PlatformImages.of(
        reference, root, access.images(Puller.When.MISSING).documents(reference));
  }

  // As a build does: what the store has under this name counts, unless an update is wanted.
  private Descriptor root(Reference reference, boolean moved) {
    Puller stored = access.images(Puller.When.MISSING);
    if (!moved) {
      return stored.admit(reference, List.of());
    }
    try {
      return access.images(Puller.When.ALWAYS).admit(reference, List.of());
    } catch (RegistryFailure.NotFound | RegistryFailure.Denied e) {
      // An image that was built or imported here.
      Optional<Descriptor> own = access.store().find(reference);
      own.ifPresent(
          _ -> progress.warn("Keeping the store's image of " + reference + ": " + e.what() + "."));
      if (own.isEmpty()) {
        throw e;
      }
      return stored.admit(reference, List.of());
    }
  }

  /** Returns the version and revision that an image states; empty if it cannot be read. */
  String version(LockedImage image) {
    Reference reference = image.reference();
    Platform platform =
        image.images().keySet().stream()
            .flatMap(name -> Platform.parse(name).stream())
            .findFirst()
            .orElse(Platform.host());
    try {
      SortedMap<String, String> labels =
          SelectedImage.of(
                  reference,
                  image.root(),
                  platform,
                  access.images(Puller.When.MISSING).documents(reference))
              .config()
              .labels();
      String version = labels.getOrDefault("org.opencontainers.image.version", "");
      String revision = labels.getOrDefault("org.opencontainers.image.revision", "");
      revision = revision.substring(0, Math.min(revision.length(), DIGITS));
      return revision.isEmpty() || version.isEmpty()
          ? version + revision
          : version + ", " + revision;
    } catch (RegistryFailure.Interrupted e) {
      throw e;
    } catch (Failure e) {
      progress.detail("The labels of " + image.root().digest() + " are not known: " + e.what());
      return "";
    }
  }

  /** Returns the images whose references now mean something else in their registries. */
  Map<String, LockChange> moved(SortedMap<String, LockedImage> images) {
    Map<String, LockChange> moved = new TreeMap<>();
    images.forEach(
        (text, image) -> {
          if (image.reference().digest().isEmpty()) {
            now(image)
                .filter(root -> !root.digest().equals(image.root().digest()))
                .ifPresent(
                    root ->
                        moved.put(
                            text,
                            new LockChange(
                                text,
                                Optional.of(LockChange.State.of(image, "")),
                                Optional.of(new LockChange.State(root.digest().toString(), "")))));
          }
        });
    return moved;
  }

  private Optional<Descriptor> now(LockedImage image) {
    try {
      return Optional.of(access.registries().manifest(image.reference()).descriptor());
    } catch (RegistryFailure.Interrupted e) {
      throw e;
    } catch (RegistryFailure e) {
      progress.warn("Cannot ask whether " + image.reference() + " has moved: " + e.getMessage());
      return Optional.empty();
    }
  }
}
