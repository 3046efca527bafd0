package linuxkit.packaging.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Scripts in the place of builders, which write down how they are called. */
public final class StandIn {
  private final Path folder;

  public StandIn(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /**
   * Creates a program.
   *
   * @param body of a shell script; {@code $LOG} has been written to before
   */
  public StandIn program(String name, String body) throws IOException {
    Path script = Files.createDirectories(folder.resolve("bin")).resolve(name);
    Files.writeString(
        script,
        "#!/bin/sh\nLOG=%s\necho \"%s $*\" >> $LOG\n%s\n"
            .formatted(folder.resolve("log"), name, body));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return this;
  }

  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", folder.resolve("bin") + ":/usr/bin.missing:/bin.missing");
    environment.put("HOME", folder.toString());
    environment.put("SECRET", "x");
    environment.put("DOCKER_PASSWORD", "x");
    return environment;
  }

  /** Returns the command lines so far, without the folder's path. */
  public List<String> calls() throws IOException {
    Path log = folder.resolve("log");
    return Files.exists(log)
        ? Files.readAllLines(log).stream().map(l -> l.replace(folder.toString(), "DIR")).toList()
        : List.of();
  }
}
