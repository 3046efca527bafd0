package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.fixtures.ProgressLog;
import linuxkit.oci.Platform;
import linuxkit.system.ImageFailure;
import linuxkit.system.SystemFailure;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.yaml.YamlFailure;
import org.junit.jupiter.api.io.TempDir;

/** Systems assembled from a manifest's text and images in memory. */
abstract class AssemblyFixture {
  static final long NOW = AssemblyOptions.DEFAULT_MODIFIED;

  @TempDir Path folder;

  final ProgressLog progress = new ProgressLog();
  final MemoryImages images =
      new MemoryImages()
          .add("lk/init:1", f -> f.file("init", "1").directory("etc").file("etc/hosts", "old"))
          .add("lk/svc:1", f -> f.file("bin/svc", "svc").directory("dev").file("dev/console", ""));

  SystemTree assemble(String manifest) {
    return assemble(manifest, false);
  }

  SystemTree assemble(String manifest, boolean decompress) {
    ManifestSource source =
        new ManifestSource("m.yml", manifest.getBytes(StandardCharsets.UTF_8), Optional.of(folder));
    return SystemAssembler.assemble(
        FoundImages.find(
            ManifestLoader.load(List.of(source), Path::toString, progress),
            images,
            Platform.linux("amd64")),
        new AssemblyOptions(
            NOW,
            decompress,
            folder,
            folder.resolve("home"),
            new WorkCache(folder.resolve("work")),
            Optional.empty()),
        progress);
  }

  void refused(String manifest, String message) {
    assertThatThrownBy(() -> assemble(manifest))
        .isInstanceOfAny(SystemFailure.class, ImageFailure.class, YamlFailure.class)
        .hasMessage(message);
  }

  static Node node(SystemTree system, String path) {
    return system.files().find(path).orElseThrow(() -> new AssertionError(path)).node();
  }

  static Origin origin(SystemTree system, String path) {
    return system.files().find(path).orElseThrow().origin();
  }

  static String text(SystemTree system, String path) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ((Node.RegularFile) node(system, path)).content().writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
