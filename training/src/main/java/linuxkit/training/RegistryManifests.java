package linuxkit.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The manifests of the training run whose images are in its registry. */
final class RegistryManifests {
  private static final int SERVICES = 20;

  private RegistryManifests() {}

  /** Writes them, with a trust policy for those that are built under one. */
  static void write(Path work, TrainingRegistry registry) throws IOException {
    String authority = registry.authority();
    Files.writeString(work.resolve("signed.pub"), registry.key());
    Files.writeString(work.resolve("signed.yml"), "init: [" + authority + "/tool:1]\n");
    Files.writeString(
        work.resolve("signed-trust.yml"),
        """
        version: 1
        rules:
          - image: %s
            require: [{key: signed.pub}]
          - {image: docker.io, accept: unsigned, reason: training}
        """
            .formatted(authority));
    Files.writeString(work.resolve("many.yml"), many(authority + "/tool:1"));
  }

  // Short builds of a person's manifest are like this: images of a registry, and no policy.
  private static String many(String image) {
    StringBuilder manifest = new StringBuilder("services:\n");
    for (int i = 0; i < SERVICES; i++) {
      manifest.append("  - name: service").append(i).append("\n    image: \"");
      manifest.append(image).append("\"\n");
    }
    return manifest.toString();
  }
}
