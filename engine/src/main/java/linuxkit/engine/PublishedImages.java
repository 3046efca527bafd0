package linuxkit.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.RegistryClient;

/** The images of components that a registry has, so that each is built only once. */
final class PublishedImages {
  private final RegistryClient client;
  private final Progress progress;

  PublishedImages(RegistryClient client, Progress progress) {
    this.client = client;
    this.progress = progress;
  }

  /**
   * Returns those of the platforms for which a registry has an image of this name; none if it
   * cannot be asked.
   */
  List<Platform> platforms(Reference name, List<Platform> wanted) {
    Set<String> there = new TreeSet<>();
    find(name).ifPresent(index -> addPlatforms(index, name, there));
    return wanted.stream().filter(platform -> there.contains(platform.toString())).toList();
  }

  private Optional<FetchedDocument> find(Reference name) {
    try {
      return client.exists(name) ? Optional.of(client.manifest(name)) : Optional.empty();
    } catch (RegistryFailure.Interrupted interrupted) {
      throw interrupted;
    } catch (Failure failure) {
      progress.detail(
          "The registry cannot say whether it has " + name + ": " + failure.what() + ".");
      return Optional.empty();
    }
  }

  private void addPlatforms(FetchedDocument document, Reference name, Set<String> to) {
    if (!MediaTypes.isIndex(document.descriptor().mediaType())) {
      progress.detail("The registry has " + name + ", but it is not an index.");
      return;
    }
    try {
      ImageIndex.parse(document.bytes(), document.descriptor().mediaType(), name.toString())
          .manifests()
          .forEach(entry -> entry.platform().ifPresent(platform -> to.add(platform.toString())));
    } catch (Failure failure) {
      progress.warn(
          "The index of " + name + " in the registry is not used: " + failure.what() + ".");
    }
  }
}
