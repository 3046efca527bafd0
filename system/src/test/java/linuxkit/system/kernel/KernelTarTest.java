package linuxkit.system.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.system.modules.ModuleFailure;
import linuxkit.system.modules.ModuleFixture;
import linuxkit.system.modules.ModuleSelection;
import linuxkit.system.tree.PlacementListener;
import linuxkit.system.tree.TreeBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTarTest {
  private static final Origin ORIGIN = new Origin("kernel", "k", "");
  private static final String OTHER = ModuleFixture.DIRECTORY + "/kernel/crypto/other.ko";

  @TempDir Path directory;
  private WorkCache work;
  private ModuleFixture kernel;

  @BeforeEach
  void makeAKernel() {
    work = new WorkCache(directory);
    kernel =
        new ModuleFixture()
            .module("kernel/fs/ext4/ext4.ko", "depends=crc16")
            .module("kernel/lib/crc16.ko", "depends=")
            .module("kernel/crypto/other.ko", "depends=")
            .text("modules.order", "kernel/fs/ext4/ext4.ko", "kernel/lib/crc16.ko");
  }

  /** Packs the tree with entries for folders, or with files alone. */
  private byte[] tar(boolean folders) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    if (folders) {
      writer.addTree(kernel.files, TarWriter.NO_RECORDS);
    } else {
      FileTree.Visitor<IOException> add =
          entry -> {
            if (!(entry.node() instanceof Node.Directory)) {
              writer.add(entry.path(), entry.node(), new TreeMap<>());
            }
          };
      kernel.files.walk(add);
    }
    writer.finish();
    return out.toByteArray();
  }

  private static TreeBuilder builder(PlacementListener placements) {
    return new TreeBuilder(7, _ -> Optional.empty(), Progress.silent(), placements);
  }

  private FileTree selected(Content archive, String... wanted) {
    TreeBuilder builder = builder(PlacementListener.NONE);
    new KernelTar(builder, ORIGIN, "k")
        .unpack(archive, Optional.of(List.of(wanted)), _ -> "there", work);
    return builder.tree();
  }

  private void isAsIfAllHadBeenUnpacked(byte[] tar, String... wanted) {
    TreeBuilder all = builder(PlacementListener.NONE);
    new KernelTar(all, ORIGIN, "k").unpack(Content.of(tar), Optional.empty(), _ -> "", work);
    ModuleSelection.apply(all.tree(), ModuleFixture.DIRECTORY, List.of(wanted));
    for (int round = 0; round < 2; round++) {
      assertThat(TreeDigest.of(selected(Content.of(tar), wanted), "test"))
          .isEqualTo(TreeDigest.of(all.tree(), "test"));
    }
    assertThat(all.tree().find(OTHER)).isEmpty();
  }

  @Test
  void leavesOutUnwantedModules() throws IOException {
    isAsIfAllHadBeenUnpacked(tar(true), "ext4");
    isAsIfAllHadBeenUnpacked(tar(true), "crc16");
    isAsIfAllHadBeenUnpacked(tar(true), "none");
  }

  @Test
  void acceptsImpliedFolders() throws IOException {
    isAsIfAllHadBeenUnpacked(tar(false), "ext4");
    isAsIfAllHadBeenUnpacked(tar(false), "none");
  }

  @Test
  void keepsLinksToUnwantedModules() throws IOException {
    Node other = kernel.files.find(OTHER).orElseThrow().node();
    kernel.files.put(ModuleFixture.DIRECTORY + "/kernel/note", other, Origin.NONE);
    isAsIfAllHadBeenUnpacked(tar(true), "ext4");
  }

  @Test
  void selectsAgainWithoutReadingTheArchive() throws IOException {
    byte[] tar = tar(true);
    FileTree first = selected(Content.of(tar), "ext4");
    FileTree again = selected(new Unreadable(Content.of(tar)), "ext4");
    assertThat(paths(again)).isEqualTo(paths(first)).doesNotContain(OTHER);
    assertThatThrownBy(() -> selected(new Unreadable(Content.of(tar)), "crc16"))
        .hasMessageContaining("it is not to be read");
  }

  @Test
  void reportsUnknownModuleEveryTime() throws IOException {
    Content archive = Content.of(tar(true));
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(() -> selected(archive, "ext5"))
          .isInstanceOf(ModuleFailure.class)
          .hasMessageContaining("the kernel has no module ext5")
          .hasMessageContaining("there");
    }
  }

  @Test
  void reportsReplacedFilesToListeners() throws IOException {
    Content archive = Content.of(tar(true));
    selected(archive, "ext4");
    for (int round = 0; round < 2; round++) {
      Set<String> seen = new HashSet<>();
      TreeBuilder watched = builder((path, _, _) -> seen.add(path));
      new KernelTar(watched, ORIGIN, "k")
          .unpack(archive, Optional.of(List.of("ext4")), _ -> "", work);
      assertThat(seen).contains(OTHER);
      assertThat(watched.tree().find(OTHER)).isEmpty();
    }
  }

  private static Set<String> paths(FileTree tree) {
    Set<String> paths = new HashSet<>();
    tree.walk(entry -> paths.add(entry.path()));
    return paths;
  }

  /** A content that knows only its size and hash. */
  private record Unreadable(Content content) implements Content {
    @Override
    public long size() {
      return content.size();
    }

    @Override
    public String sha256() {
      return content.sha256();
    }

    @Override
    public InputStream open() throws IOException {
      throw new IOException("it is not to be read");
    }
  }
}
