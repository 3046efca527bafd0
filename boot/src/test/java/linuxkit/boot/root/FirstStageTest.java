package linuxkit.boot.root;

import static linuxkit.boot.Systems.file;
import static linuxkit.boot.Systems.folder;
import static linuxkit.boot.Systems.gone;
import static linuxkit.boot.Systems.put;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import linuxkit.base.FileFailure;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstStageTest {
  @Test
  void reportsThePathOfAnUnreadableModuleList(@TempDir Path work) {
    FileTree system = new FileTree(Metadata.of(0755, 0, 0, 0));
    for (String path : new String[] {"lib", "lib/modules", "lib/modules/6.12"}) {
      folder(system, path);
    }
    put(system, "lib/modules/6.12/modules.builtin", file(0644, gone(work.resolve("gone"))));
    assertThatThrownBy(
            () ->
                FirstStage.of(
                    system,
                    RootFileSystem.SQUASHFS,
                    component -> {
                      throw new AssertionError("not wanted: " + component);
                    },
                    0,
                    new WorkCache(work.resolve("cache"))))
        .isInstanceOf(FileFailure.class)
        .hasMessage(
            work.resolve("gone")
                + ": cannot read the kernel's modules.builtin: no such file or directory");
  }
}
