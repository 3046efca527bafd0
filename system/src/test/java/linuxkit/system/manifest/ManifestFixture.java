package linuxkit.system.manifest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.system.SystemFailure;
import linuxkit.yaml.YamlFailure;

/** Manifests read from their text, in a folder where every component has the same tag. */
abstract class ManifestFixture {
  private static final String DIGEST = "0123abc";

  private static ManifestSource source(String name, String text) {
    return new ManifestSource(
        name, text.getBytes(StandardCharsets.UTF_8), Optional.of(Path.of("/src")));
  }

  static String resolve(Path folder) {
    if (folder.endsWith("missing")) {
      throw new SystemFailure("no build.yml there", folder.toString(), "");
    }
    return "docker.io/linuxkit/" + folder.getFileName() + ":" + DIGEST;
  }

  static SystemManifest load(Progress progress, String... texts) {
    List<ManifestSource> sources = new ArrayList<>();
    for (String text : texts) {
      sources.add(source("m" + sources.size() + ".yml", text));
    }
    return ManifestLoader.load(sources, ManifestFixture::resolve, progress);
  }

  static SystemManifest load(String... texts) {
    return load(Progress.silent(), texts);
  }

  static void refused(String text, String... lines) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(YamlFailure.class)
        .hasMessage(String.join("\n", lines));
  }
}
