package linuxkit.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.cli.RegistryImage;
import linuxkit.cli.Run;
import linuxkit.fixtures.DockerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks what the Dockerfiles of components are built from. */
class LockedDockerfileTest {
  // Stands in for a builder: it writes down which base it gets, and returns a ready image.
  private static final String BUILDER =
      """
      #!/bin/sh
      PATH=/usr/bin:/bin
      case $1 in
      build)
        while [ $# -gt 0 ]; do
          case $1 in
          --build-context)
            layout=${2#*docker-image://oci:}
            grep -Rhao 'from [a-z]* for amd64' "${layout%:*}" | sort -u >> DIR/log;;
          --iidfile) echo built > $2;;
          esac
          shift
        done;;
      push) cp DIR/built.tar ${3#oci-archive:};;
      esac
      """;

  @TempDir Path directory;
  private DockerRegistry registry;
  private String base;
  private int layouts;

  @BeforeEach
  void start() throws Exception {
    registry = DockerRegistry.start(directory);
    base = registry.authority() + "/team/base:1";
    push("base:1", "from one");
    push("built:1", "the result");
    Path program = Files.createDirectory(directory.resolve("bin")).resolve("buildah");
    Files.writeString(program, BUILDER.replace("DIR", directory.toString()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    String built = registry.authority() + "/team/built:1";
    succeed("builder", "cache pull --platform linux/amd64 " + built);
    succeed(
        "builder",
        "cache export --platform linux/amd64 --format oci --outfile DIR/built.tar " + built);
    Path component = Files.createDirectory(directory.resolve("app"));
    Files.writeString(component.resolve("build.yml"), "image: app\narches: [amd64]\n");
    Files.writeString(component.resolve("Dockerfile"), "FROM " + base + "\n");
    Files.writeString(
        directory.resolve("web.yml"),
        "services: [{name: app, image: \"@pkg:./app\", command: [/greeting]}]\n");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void push(String name, String version) throws Exception {
    RegistryImage.push(
        directory.resolve("layout" + layouts++), registry, "team/" + name, version, "amd64");
  }

  private Run run(String store, String line) {
    List<String> args = new ArrayList<>(List.of("--cache", directory.resolve(store).toString()));
    args.addAll(List.of(line.replace("DIR", directory.toString()).split(" +")));
    return Run.of(
        Map.of("HOME", directory.toString(), "PATH", directory.resolve("bin").toString()),
        args.toArray(String[]::new));
  }

  private Run succeed(String store, String line) {
    Run run = run(store, line);
    assertThat(run.status()).as(run.out() + run.err()).isZero();
    return run;
  }

  private void refused(String store, String line, String... messages) {
    Run run = run(store, line);
    assertThat(run.out() + run.err()).contains(messages);
    assertThat(run.status()).isEqualTo(1);
  }

  private static final String BUILD =
      "build --locked --arch amd64 --format tar --dir DIR --provenance DIR/web.json DIR/web.yml";

  private List<String> bases() throws IOException {
    return Files.readAllLines(directory.resolve("log"));
  }

  @Test
  void givesTheBuilderTheBaseThatIsLockedAfterItsTagHasMoved() throws Exception {
    assertThat(succeed("one", "lock DIR/web.yml").out())
        .contains("+ " + base + " sha256:", "+ app tree:");
    succeed("one", "lock --check DIR/web.yml");
    push("base:1", "from two");
    succeed("two", BUILD);
    assertThat(bases()).containsExactly("from one for amd64");
    // Whatever the name stands for in the store, too.
    succeed("three", "cache pull --platform linux/amd64 " + base);
    succeed("three", BUILD);
    assertThat(bases()).hasSize(2).containsOnly("from one for amd64");
    succeed("three", BUILD);
    assertThat(bases()).as("built once").hasSize(2);

    assertThat(succeed("three", "lock --update DIR/web.yml " + base).out()).startsWith("~ " + base);
    succeed("three", BUILD);
    assertThat(bases()).hasSize(3).last().isEqualTo("from two for amd64");
  }

  @Test
  void refusesABaseThatIsNotLockedBeforeAnythingIsBuilt() throws Exception {
    succeed("one", "lock DIR/web.yml");
    push("other:1", "from other");
    String other = registry.authority() + "/team/other:1";
    Path dockerfile = directory.resolve("app/Dockerfile");
    Files.writeString(dockerfile, "FROM " + other + "\n");
    refused("one", BUILD, "the lock file does not have the image " + other, "linuxkit lock");
    assertThat(run("one", "lock --check DIR/web.yml").out())
        .contains("+ " + other, "- " + base + " sha256:", "~ app tree:");
    for (String name : List.of("${TARGETARCH}", base + "-$TARGETARCH")) {
      Files.writeString(dockerfile, "ARG TARGETARCH\nFROM " + name + "\n");
      succeed("one", "lock DIR/web.yml");
      refused("one", BUILD, "the lock file cannot be applied to what a builder fetches itself");
    }
    assertThat(directory.resolve("log")).doesNotExist();
    assertThat(directory.resolve("web.tar")).doesNotExist();
  }

  @Test
  void hasTheBasesInProvenanceAndComparesThem() throws Exception {
    succeed("one", "lock DIR/web.yml");
    succeed("one", BUILD);
    String verify = "verify DIR/web.tar --provenance DIR/web.json --from DIR";
    assertThat(succeed("one", verify + " --rebuild").out())
        .contains("dependencies  they are those of", "rebuild       reproduced");
    push("base:1", "from two");
    succeed("one", "lock --update DIR/web.yml");
    refused("one", verify, "the build used " + base + " as sha256:");
  }

  @Test
  void locksComponentsThatOnlyDockerfilesUse() throws Exception {
    Path used = Files.createDirectory(directory.resolve("used"));
    Path definition = used.resolve("build.yml");
    Files.writeString(definition, "image: used\nfiles: [{path: /a, contents: x}]\n");
    Files.writeString(
        directory.resolve("app/build.yml"),
        "image: app\narches: [amd64]\nbuildArgs: [\"BASE=@lkt:pkg:../used\"]\n");
    Files.writeString(directory.resolve("app/Dockerfile"), "ARG BASE\nFROM ${BASE}\n");
    assertThat(succeed("one", "lock DIR/web.yml").out()).contains("+ used tree:", "+ app tree:");
    succeed("one", BUILD);
    assertThat(Files.readString(directory.resolve("web.json")))
        .contains("\"name\": \"linuxkit.localhost/used:");
    Files.writeString(definition, "image: used\nfiles: [{path: /a, contents: y}]\n");
    refused("one", BUILD, "used has changed since it was locked");
  }
}
