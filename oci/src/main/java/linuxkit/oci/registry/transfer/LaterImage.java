package linuxkit.oci.registry.transfer;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import linuxkit.base.Lazy;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.LayerChange;
import linuxkit.oci.Reference;

/** An image of known digest, whose documents are read when they are first needed. */
final class LaterImage implements Image {
  private final Reference reference;
  private final Digest digest;
  private final Digest root;
  private final Lazy<Image> image;
  private final Function<String, List<Content>> statements;

  /**
   * @param image finds it
   * @param statements returns those of a type
   */
  LaterImage(
      Reference reference,
      Digest digest,
      Digest root,
      Supplier<Image> image,
      Function<String, List<Content>> statements) {
    this.statements = statements;
    this.reference = reference;
    this.digest = digest;
    this.root = root;
    this.image = new Lazy<>(image);
  }

  @Override
  public Reference reference() {
    return reference;
  }

  @Override
  public Digest digest() {
    return digest;
  }

  @Override
  public Digest root() {
    return root;
  }

  @Override
  public void load() {
    image.get();
  }

  @Override
  public ImageConfig config() {
    return image.get().config();
  }

  @Override
  public FileTree tree() {
    return image.get().tree();
  }

  @Override
  public List<Content> attestations(String predicateType) {
    return statements.apply(predicateType);
  }

  @Override
  public List<LayerChange> history(String path) {
    return image.get().history(path);
  }
}
