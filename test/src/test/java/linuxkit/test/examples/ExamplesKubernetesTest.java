package linuxkit.test.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import linuxkit.test.Linuxkit;
import linuxkit.test.boot.GuestRun;
import linuxkit.test.packages.BuildKitEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots a node of Kubernetes without a registry or a network, and runs pods on it as kubelet does.
 * Kubelet itself is a script: a release of Kubernetes cannot be had here.
 */
@Tag("examples")
class ExamplesKubernetesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final Path EXAMPLES = Linuxkit.PROJECT.resolve("examples");

  // What kubeadm leaves for kubelet.
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "kubeadm",
          """
          #!/bin/sh
          echo "kubeadm $*"
          mkdir -p /var/lib/kubelet
          cp $3 /var/lib/kubelet/config.yaml
          echo 'KUBELET_KUBEADM_ARGS="--node-ip=192.0.2.1 --v=2"' >/var/lib/kubelet/kubeadm-flags.env
          : >/etc/kubernetes/kubelet.conf
          """,
          "kubelet",
          "#!/bin/sh\necho \"kubelet $*\"\nexec sleep 100000\n",
          "kubectl",
          "#!/bin/sh\n");

  @TempDir Path work;

  @Test
  void runsPodsFromImagesOfTheSystem() throws Exception {
    buildRelease();
    GuestRun.build(
        work,
        "examples-kubernetes.yml",
        text -> text,
        "--name",
        "guest",
        EXAMPLES.resolve("kubernetes.yml").toString(),
        EXAMPLES.resolve("kubernetes/kubelet.yml").toString());
    String console =
        GuestRun.boot(
            work,
            PATIENCE,
            "--accel",
            "tcg",
            "--mem",
            "2048",
            "--disk",
            "size=2G",
            "--data-file",
            EXAMPLES.resolve("kubernetes/metadata.json").toString());
    assertThat(console)
        .contains("RuntimeReady: yes", "NetworkReady: yes", "localhost/pause:1", "example/web:1")
        .contains("started one", "started two", "addresses 10.244.0.2 10.244.0.3")
        .contains("This page is served by nginx", "fetched", "exec ended with 7")
        .containsPattern("log: 10\\.244\\.0\\.3 .*GET / HTTP/1\\.1")
        .containsPattern("[0-9a-f]{64} running web")
        .containsPattern("left: \\R")
        .contains("kubeadm init --config /run/config/kubeadm/init.yaml")
        .containsPattern("kubelet --config=/var/lib/kubelet/config.yaml .*--node-ip=192.0.2.1");
  }

  /** Builds the component from a release of scripts. */
  private void buildRelease() throws Exception {
    Path programs = Files.createDirectories(work.resolve("release/v0.0.1/bin/linux/amd64"));
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            work.resolve("release"),
            SimpleFileServer.OutputLevel.NONE);
    StringBuilder arguments = new StringBuilder("KUBERNETES_VERSION=v0.0.1\n");
    arguments.append("RELEASES=http://127.0.0.1:").append(server.getAddress().getPort());
    for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
      Files.writeString(programs.resolve(program.getKey()), program.getValue());
      arguments
          .append("\n")
          .append(program.getKey().toUpperCase(Locale.ROOT))
          .append("_SHA256_AMD64=")
          .append(sha256(program.getValue()));
    }
    Path file = work.resolve("release.args");
    Files.writeString(file, arguments.append("\n"));
    server.start();
    try (BuildKitEngine engine = BuildKitEngine.start()) {
      build(engine, file);
    } finally {
      server.stop(0);
    }
  }

  private static void build(BuildKitEngine engine, Path arguments) {
    Linuxkit.withComponents()
        .withEnvironment(engine.environment())
        .run(
            "pkg",
            "build",
            "--force",
            "--sbom-scanner",
            "false",
            "--platforms",
            "linux/amd64",
            "--tag",
            "v1.34.1",
            "--build-arg-file",
            arguments.toString(),
            Linuxkit.PROJECT.resolve("pkg/kubernetes").toString())
        .succeeds();
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }
}
