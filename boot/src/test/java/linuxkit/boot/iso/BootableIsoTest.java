package linuxkit.boot.iso;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import linuxkit.base.SparseImage;
import linuxkit.boot.Systems;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import org.junit.jupiter.api.Test;

class BootableIsoTest {
  private static final long TIME = 1492533000;

  @Test
  void listsFilesThatLoseTheirExtendedAttributes() {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, TIME));
    Systems.put(tree, "ping", Systems.fileWithXattr("security.capability"));
    Systems.put(tree, "sh", Systems.file(0755, Systems.text("shell")));
    SparseImage partition =
        FatImage.of(new FileTree(Metadata.of(0755, 0, 0, TIME)), FatOptions.smallest(0, 2048))
            .image();
    BootableIso disc = BootableIso.of(tree, Optional.empty(), Optional.of(partition), TIME);
    assertThat(disc.withoutXattrs()).containsExactly("ping");
  }
}
