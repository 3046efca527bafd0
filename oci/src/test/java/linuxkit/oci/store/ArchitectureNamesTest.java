package linuxkit.oci.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault 7 of the comparison with LinuxKit: its store has names for each architecture. */
class ArchitectureNamesTest {
  private static final Reference APP = Reference.parse("app:1");
  private static final Reference ARM = Reference.parse("app:1-arm64");

  private ImageStore store;
  private ArchitectureNames names;
  private Descriptor first;
  private Descriptor second;

  @BeforeEach
  void store(@TempDir Path directory) {
    store = ImageStore.open(directory, Progress.silent());
    names = new ArchitectureNames(store);
    first = index("one");
    second = index("two");
  }

  private Descriptor index(String content) {
    Descriptor image = image(content);
    String entry =
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}";
    String text =
        "{\"schemaVersion\":2,\"manifests\":["
            + entry.formatted(image.mediaType(), image.digest(), image.size(), "arm64")
            + ","
            + entry.formatted(image.mediaType(), image.digest(), image.size(), "unknown")
            + "]}";
    return store.add(MediaTypes.OCI_INDEX, text.getBytes(StandardCharsets.UTF_8));
  }

  private Descriptor image(String content) {
    Descriptor layer =
        store.add(MediaTypes.OCI_LAYER_GZIP, content.getBytes(StandardCharsets.UTF_8));
    return TestImages.image(store, "arm64", List.of(layer), List.of(layer.digest()));
  }

  @Test
  void f7NamesAreWrittenAndFollowTheIndex() {
    names.update(APP, Optional.empty(), first);
    assertThat(store.list()).extracting(NamedDescriptor::name).containsExactly(ARM.toString());
    assertThat(names.of(APP, first)).containsExactly(ARM);
    names.update(APP, Optional.of(first), second);
    assertThat(names.of(APP, second)).containsExactly(ARM);
    assertThat(names.of(APP, first)).isEmpty();
  }

  @Test
  void f7AnImageThatHasTheNameKeepsIt() {
    Descriptor other = image("other");
    store.name(ARM, other);
    names.update(APP, Optional.empty(), first);
    assertThat(store.find(ARM).orElseThrow().digest()).isEqualTo(other.digest());
  }

  @Test
  void f7NamesWithADigestAndSingleImagesGetNone() {
    names.update(
        new Reference("r", "app", "1", Optional.of(first.digest())), Optional.empty(), first);
    names.update(APP, Optional.empty(), image("x"));
    assertThat(store.list()).isEmpty();
  }
}
