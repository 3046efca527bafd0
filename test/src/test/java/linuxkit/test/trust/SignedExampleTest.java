package linuxkit.test.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.test.Components;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds the example of signed components under its policy, as its page says. */
class SignedExampleTest {
  private static final String REGISTRY = "localhost:5000";

  @TempDir private Path work;

  private void key(String name) throws Exception {
    Programs.run(
        work,
        "openssl",
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        name + ".pem");
    Programs.run(work, "openssl", "pkey", "-in", name + ".pem", "-pubout", "-out", name + ".pub");
  }

  @Test
  void buildsFromComponentsOfItsBuilderOnly() throws Exception {
    Path example = work.resolve("signed");
    Programs.run(
        work, "cp", "-r", Linuxkit.PROJECT.resolve("examples/signed").toString(), "signed");
    key("builder");
    key("other");
    Files.copy(work.resolve("builder.pub"), example.resolve("builder.pub"));
    try (DockerRegistry registry =
        DockerRegistry.start(Files.createDirectory(work.resolve("registry")))) {
      for (String file : List.of("web.yml", "trust.yml")) {
        String text = Files.readString(example.resolve(file));
        assertThat(text).contains(REGISTRY);
        Files.writeString(example.resolve(file), text.replace(REGISTRY, registry.authority()));
      }
      Linuxkit builder = Linuxkit.withCache(Components.copyOfStore(work.resolve("builder")));
      push(builder, registry, "builder.pem", "kernel", "init", "crun", "containerd", "dhcpcd");
      push(builder, registry, "other.pem", "nginx");
      Linuxkit user = Linuxkit.withCache(work.resolve("user"));
      Path out = Files.createDirectory(work.resolve("out"));
      String manifest = example.resolve("web.yml").toString();
      String[] build = {"build", "--arch=amd64", "--dir", out.toString(), manifest};
      assertThat(user.run(build).fails().err())
          .contains(registry.authority() + "/linuxkit/nginx:1@sha256:")
          .contains("no valid signature by key builder.pub");
      try (Stream<Path> files = Files.list(out)) {
        assertThat(files).isEmpty();
      }
      push(builder, registry, "builder.pem", "nginx");
      user.run(build).succeeds();
      assertThat(out.resolve("web-initrd.img")).isNotEmptyFile();
    }
  }

  private void push(Linuxkit builder, DockerRegistry registry, String key, String... components) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "pkg",
                "push",
                "--hash=1",
                "--platforms=linux/amd64",
                "--org=" + registry.authority() + "/linuxkit",
                "--sign=" + work.resolve(key)));
    for (String component : components) {
      line.add(Linuxkit.PROJECT.resolve("pkg").resolve(component).toString());
    }
    builder.run(line.toArray(String[]::new)).succeeds();
  }
}
