package linuxkit.system.inspect;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.system.assembly.FoundImages;
import linuxkit.system.assembly.SystemAssembler;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.tree.AssemblyOptions;

/** Systems of manifests that tests give as text. */
final class Manifests {
  static final Platform AMD64 = Platform.linux("amd64");
  static final AssemblyOptions OPTIONS =
      new AssemblyOptions(
          AssemblyOptions.DEFAULT_MODIFIED,
          false,
          Path.of(""),
          Path.of(""),
          new WorkCache(Path.of("target", "cache-of-tests")),
          Optional.empty());

  private Manifests() {}

  static SystemManifest load(String manifest) {
    return ManifestLoader.load(
        List.of(
            new ManifestSource(
                "m.yml", manifest.getBytes(StandardCharsets.UTF_8), Optional.empty())),
        Path::toString,
        Progress.silent());
  }

  static InspectedSystem assemble(String manifest, Images images) {
    return InspectedSystem.of(
        SystemAssembler.assemble(
            FoundImages.find(load(manifest), images, AMD64), OPTIONS, Progress.silent()));
  }
}
