package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalInt;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Metadata;
import linuxkit.oci.ExecutableContent;

/**
 * A file within an uncompressed layer. It consists of its place in the layer's index only, because
 * a layer may have a million files.
 */
final class IndexedContent implements ExecutableContent {
  private static final Metadata NO_METADATA = Metadata.of(0, 0, 0, 0);

  private final Layer layer;

  // Negative for a sparse file.
  private final int place;

  IndexedContent(Layer layer, int position, boolean sparse) {
    this.layer = layer;
    this.place = sparse ? -position : position;
  }

  private int position() {
    return Math.abs(place);
  }

  @Override
  public long size() {
    IndexInput in = layer.index().file(position());
    in.number();
    return in.number();
  }

  @Override
  public String sha256() {
    IndexInput in = layer.index().file(position());
    in.number();
    in.number();
    return in.sha256();
  }

  @Override
  public OptionalInt machine() {
    return content().machine();
  }

  @Override
  public InputStream open() throws IOException {
    return content().open();
  }

  @Override
  public InputStream openAt(long offset) throws IOException {
    return content().openAt(offset);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    content().writeTo(out);
  }

  @Override
  public Content slice(long offset, long size, String sha256) {
    return content().slice(offset, size, sha256);
  }

  /** Returns a part whose hash was computed when the file was read before. */
  Content member(long offset, long size, String sha256) {
    return content().member(offset, size, sha256);
  }

  private LayerContent content() {
    IndexInput in = layer.index().file(position());
    LayerEntry.File file = LayerIndexReader.fields("", NO_METADATA, in);
    return layer.content(
        file,
        place < 0 ? Optional.of(LayerIndexReader.map(file.size(), in)) : Optional.empty(),
        () -> layer.index().path(position()));
  }
}
