package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.base.FileFailure;
import linuxkit.base.Futures;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.LayerChange;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.Flattening;
import linuxkit.oci.layer.Layer;
import linuxkit.oci.layer.LayerBlob;

/** An image whose blobs are in a store. */
record StoredImage(ImageStore store, Reference reference, SelectedImage selected, BlobRepair repair)
    implements Image {
  @Override
  public Digest digest() {
    return selected.digest();
  }

  @Override
  public Digest root() {
    return selected.root();
  }

  @Override
  public ImageConfig config() {
    return selected.config();
  }

  @Override
  public List<Content> attestations(String predicateType) {
    return Attestations.statements(selected, blob -> store.read(blob, reference), reference)
        .stream()
        .filter(statement -> Attestations.isOfType(statement, predicateType))
        .map(this::statement)
        .toList();
  }

  private Content statement(Descriptor blob) {
    try (InputStream _ = store.open(blob, reference)) {
      return StoredBlob.of(store, blob, reference);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", store.file(blob.digest()), e);
    }
  }

  @Override
  public FileTree tree() {
    Flattening flattening = new Flattening();
    for (Layer layer : layers()) {
      flattening.apply(layer, reference.toString());
    }
    return flattening.tree();
  }

  @Override
  public List<LayerChange> history(String path) {
    Flattening flattening = new Flattening();
    List<LayerChange> changes = new ArrayList<>();
    String before = "";
    for (Layer layer : layers()) {
      flattening.apply(layer, reference.toString());
      Optional<FileTree.Entry> entry = flattening.tree().find(path);
      String after = entry.map(found -> found.origin().layer()).orElse("");
      if (!after.equals(before)) {
        changes.add(new LayerChange(layer.digest(), entry.map(FileTree.Entry::node)));
      }
      before = after;
    }
    return changes;
  }

  private List<Layer> layers() {
    List<Descriptor> blobs = selected.manifest().layers();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Layer>> opening = new ArrayList<>();
      for (int i = 0; i < blobs.size(); i++) {
        LayerBlob blob = new StoreBlob(store, blobs.get(i), reference, repair);
        Digest diffId = config().diffIds().get(i);
        opening.add(threads.submit(() -> store.layers().open(blob, diffId, reference.toString())));
      }
      List<Layer> layers = new ArrayList<>();
      for (Future<Layer> layer : opening) {
        layers.add(Futures.join(layer));
      }
      return layers;
    }
  }
}
