package linuxkit.system.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.base.Failure;
import linuxkit.base.Futures;
import linuxkit.base.Sha256;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.ImageFailure;
import linuxkit.system.manifest.FileEntry;
import linuxkit.system.manifest.NamedImage;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.manifest.Volume;
import linuxkit.system.sbom.Sbom;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.HostFile;
import linuxkit.yaml.Position;

/** A manifest with all of its images, found but not opened yet. */
public final class FoundImages {
  private final SystemManifest manifest;
  private final Platform platform;
  private final Map<Reference, Image> images = new LinkedHashMap<>();
  private final Map<Volume, ImageBlobs> layouts = new LinkedHashMap<>();

  private FoundImages(SystemManifest manifest, Platform platform) {
    this.manifest = manifest;
    this.platform = platform;
  }

  /**
   * Finds the images, so that a missing one is reported before any work is done. Those that are
   * known are found at once, the others in parallel.
   *
   * @throws ImageFailure if one cannot be found
   */
  public static FoundImages find(SystemManifest manifest, Images source, Platform platform) {
    FoundImages found = new FoundImages(manifest, platform);
    Map<Reference, Position> wanted = manifest.references();
    wanted.forEach(
        (reference, at) ->
            ImageFailure.at(at, () -> source.known(reference, platform))
                .ifPresent(image -> found.images.put(reference, image)));
    if (found.images.size() < wanted.size() || manifest.volumes().stream().anyMatch(Volume::oci)) {
      found.find(wanted, source);
    }
    return found;
  }

  private void find(Map<Reference, Position> wanted, Images source) {
    try (ExecutorService finders = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<Reference, Future<Image>> finding = new LinkedHashMap<>();
      wanted.forEach(
          (reference, at) -> {
            Image known = images.get(reference);
            finding.put(
                reference,
                known != null
                    ? CompletableFuture.completedFuture(known)
                    : finders.submit(
                        () -> ImageFailure.at(at, () -> source.find(reference, platform))));
          });
      Map<Volume, Future<ImageBlobs>> copying = new LinkedHashMap<>();
      for (Volume volume : manifest.volumes()) {
        if (volume.oci() && volume.reference().isPresent()) {
          Reference reference = volume.reference().get();
          Position at = volume.node().position("image");
          copying.put(
              volume,
              finders.submit(
                  () -> ImageFailure.at(at, () -> source.blobs(reference, volume.platforms()))));
        }
      }
      try {
        // In the order of the manifest.
        images.clear();
        finding.forEach((reference, image) -> images.put(reference, Futures.join(image)));
        copying.forEach((volume, blobs) -> layouts.put(volume, Futures.join(blobs)));
      } finally {
        finders.shutdownNow();
      }
    }
  }

  /**
   * Reads the documents of all images in parallel, before any work is done.
   *
   * @throws ImageFailure if one is damaged
   */
  void load() {
    Map<Reference, Position> places = manifest.references();
    try (ExecutorService loaders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> loading = new ArrayList<>();
      images.forEach(
          (reference, image) ->
              loading.add(
                  loaders.submit(
                      () ->
                          ImageFailure.at(
                              Objects.requireNonNull(places.get(reference)),
                              () -> {
                                image.load();
                                return reference;
                              }))));
      loading.forEach(Futures::join);
    }
  }

  SystemManifest manifest() {
    return manifest;
  }

  Platform platform() {
    return platform;
  }

  /** Returns the images, in the order of the manifest. */
  public Map<Reference, Image> images() {
    return Collections.unmodifiableMap(images);
  }

  /** Returns the boot loaders that the manifest names. */
  public List<Reference> bootLoaders() {
    return manifest.boot().values().stream().map(NamedImage::reference).toList();
  }

  /** Returns the roots of the images that are copied into the system unchanged. */
  public Map<Reference, Descriptor> copied() {
    Map<Reference, Descriptor> copied = new LinkedHashMap<>();
    layouts.forEach(
        (volume, blobs) ->
            volume.reference().ifPresent(reference -> copied.put(reference, blobs.root())));
    return copied;
  }

  /**
   * Returns the SHA-256 of each file of this machine that the manifest takes, by the path that it
   * gives; a file that is missing is left out.
   *
   * @throws IOException if one cannot be read
   */
  public SortedMap<String, String> files(AssemblyOptions options) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    for (FileEntry entry : manifest.files()) {
      if (entry.kind() instanceof FileEntry.Source source) {
        Path file = FilesStep.hostPath(entry, source, options);
        if (Files.exists(file)) {
          files.put(source.file(), HostFile.of(file).sha256());
        }
      }
    }
    return files;
  }

  Image image(Reference reference) {
    return Optional.ofNullable(images.get(reference))
        .orElseThrow(() -> new IllegalStateException("not of this manifest: " + reference));
  }

  /** Returns the content of a volume of format {@code oci}. */
  ImageBlobs blobs(Volume volume) {
    return Optional.ofNullable(layouts.get(volume))
        .orElseThrow(() -> new IllegalStateException("not of this manifest: " + volume));
  }

  /** Returns the digests of the images whose files go into the system, by their references. */
  public SortedMap<String, String> digests() {
    SortedMap<String, String> digests = new TreeMap<>();
    images.forEach(
        (reference, image) -> digests.put(reference.toString(), image.digest().toString()));
    return digests;
  }

  /**
   * Returns two digests for each reference: that of what it names, as a lock file and the store
   * have it, and that of the manifest for the platform.
   */
  public SortedMap<String, List<String>> rootsAndDigests() {
    SortedMap<String, List<String>> all = new TreeMap<>();
    images.forEach(
        (reference, image) ->
            all.put(
                reference.toString(), List.of(image.root().toString(), image.digest().toString())));
    return all;
  }

  /**
   * Returns a SHA-256 over all inputs from outside the manifest: the images with their builders'
   * attestations, and the files of this machine.
   *
   * @return 64 lower-case hexadecimal digits; empty if something is missing or cannot be read,
   *     which {@link SystemAssembler} reports
   */
  public Optional<String> digest(AssemblyOptions options) {
    MessageDigest digest = Sha256.digest();
    try {
      for (Image image : images.values()) {
        add(digest, "image", image.reference().toString(), image.digest().toString());
        add(digest, "root", image.root().toString());
        if (options.sbom().isPresent()) {
          for (Content statement : Sbom.statements(image)) {
            add(digest, "statement", statement.sha256());
          }
        }
      }
      for (ImageBlobs layout : layouts.values()) {
        add(
            digest,
            "layout",
            layout.root().digest().toString(),
            layout.blobs().keySet().toString());
      }
      for (FileEntry entry : manifest.files()) {
        if (entry.kind() instanceof FileEntry.Source source) {
          Path file = FilesStep.hostPath(entry, source, options);
          boolean there = Files.exists(file);
          add(digest, "file", file.toString(), there ? HostFile.of(file).sha256() : "absent");
        }
      }
    } catch (Failure | IOException _) {
      return Optional.empty();
    }
    return Optional.of(HexFormat.of().formatHex(digest.digest()));
  }

  private static void add(MessageDigest digest, String... texts) {
    for (String text : texts) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
  }
}
