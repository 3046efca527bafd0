package linuxkit.oci.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linuxkit.oci.OciTools;

/** Buildah, with its storage in a folder of the test. */
record Buildah(Path directory) {
  /** Runs a command. Returns the last line of its output. */
  String run(String command, String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("buildah", "--storage-driver=vfs"));
    all.addAll(List.of("--root", directory + "/buildah", "--runroot", directory + "/run"));
    all.add(command);
    if (List.of("from", "commit").contains(command)) {
      Path policy = directory.resolve("policy.json");
      Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
      all.addAll(List.of("--signature-policy", policy.toString()));
    }
    all.addAll(List.of(arguments));
    return OciTools.run(directory, all.toArray(String[]::new)).lines().toList().getLast();
  }
}
