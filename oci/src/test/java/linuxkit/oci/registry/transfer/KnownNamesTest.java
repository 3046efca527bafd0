package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import linuxkit.base.FileStamp;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import org.junit.jupiter.api.Test;

class KnownNamesTest {
  private static final Reference NAME = Reference.parse("localhost:1/image:1");
  private static final FileStamp STAMP = new FileStamp("(dev=1,ino=2)", 3, 4, 5);
  private static final FileStamp LATER = new FileStamp("(dev=1,ino=2)", 3, 4, 56);

  private final Map<String, String> kept = new HashMap<>();
  private final Map<Reference, Descriptor> stored = new HashMap<>();
  private int readings;

  private static Descriptor root(int content, Optional<Platform> platform) {
    TreeMap<String, String> annotations = new TreeMap<>();
    annotations.put("org.opencontainers.image.ref.name", NAME.toString());
    Digest digest = Digest.sha256(new byte[content]);
    return new Descriptor(MediaTypes.OCI_INDEX, digest, content, platform, annotations);
  }

  /** Finds the digest of the name in another process. */
  private Optional<Digest> find(Optional<FileStamp> stamp) {
    KnownNames names = new KnownNames(() -> stamp, this::read, () -> kept);
    Optional<Descriptor> found = names.find(NAME);
    kept.putAll(names.found());
    return found.map(Descriptor::digest);
  }

  private Function<Reference, Optional<Descriptor>> read() {
    readings++;
    Map<Reference, Descriptor> now = Map.copyOf(stored);
    return name -> Optional.ofNullable(now.get(name));
  }

  @Test
  void readsTheNamesOnceBeforeTheyChange() {
    Descriptor root = root(1, Optional.empty());
    stored.put(NAME, root);
    assertThat(find(Optional.of(STAMP))).contains(root.digest());
    assertThat(find(Optional.of(STAMP))).contains(root.digest());
    assertThat(readings).isEqualTo(1);
  }

  @Test
  void keepsWhatIsNeededOfARoot() {
    stored.put(NAME, root(7, Optional.empty()));
    find(Optional.of(STAMP));
    KnownNames names = new KnownNames(() -> Optional.of(STAMP), this::read, () -> kept);
    Digest digest = Digest.sha256(new byte[7]);
    assertThat(names.find(NAME)).contains(Descriptor.of(MediaTypes.OCI_INDEX, digest, 7));
  }

  @Test
  void readsTheNamesAgainAfterAChange() {
    stored.put(NAME, root(1, Optional.empty()));
    find(Optional.of(STAMP));
    Descriptor other = root(2, Optional.empty());
    stored.put(NAME, other);
    assertThat(find(Optional.of(LATER))).contains(other.digest());
    assertThat(find(Optional.of(LATER))).contains(other.digest());
    stored.clear();
    assertThat(find(Optional.of(STAMP))).isEmpty();
  }

  @Test
  void keepsNothingThatMayHaveChanged() {
    stored.put(NAME, root(1, Optional.empty()));
    assertThat(find(Optional.empty())).isPresent();
    assertThat(kept).isEmpty();
  }

  @Test
  void keepsNoRootOfWhichItWouldLosePart() {
    stored.put(NAME, root(1, Optional.of(Platform.linux("amd64"))));
    assertThat(find(Optional.of(STAMP))).isPresent();
    assertThat(kept).isEmpty();
  }
}
