package linuxkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.boot.Formats;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.oci.Digest;
import linuxkit.oci.archive.ImageArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store with images, and a manifest of them. */
abstract class SystemBuildFixture {
  static final Metadata METADATA = Metadata.of(0755, 0, 0, 0);

  @TempDir Path directory;
  Settings settings;
  Path manifest;

  @BeforeEach
  void fillStore() throws IOException {
    Path home = Files.createDirectories(directory.resolve("linuxkit"));
    settings =
        Settings.of(
            Map.of("LINUXKIT_CACHE", directory.resolve("cache").toString()),
            new Distribution(home));
    image("init:1", "sbin/init");
    image("web:1", "bin/web");
    manifest =
        Files.writeString(
            directory.resolve("system.yml"),
            """
            init: [init:1]
            services: [{name: web, image: web:1, command: [/bin/web]}]
            """);
  }

  BuildRequest request(String format) throws IOException {
    Path out = Files.createDirectories(directory.resolve("out"));
    return BuildRequest.of(
        List.of(manifest.toString()),
        new BuildTarget.Named(List.of(Formats.named(format)), out, "system"));
  }

  BuildResult build(BuildRequest request) {
    return build(request, Progress.silent());
  }

  BuildResult build(BuildRequest request, Progress progress) {
    return new SystemBuild(settings, InputStream.nullInputStream(), progress, Optional.of("test"))
        .run(request);
  }

  /** Puts an image with one program into the store, as {@code docker save} writes it. */
  void image(String name, String program) throws IOException {
    image(name, program, "{}");
  }

  void image(String name, String program, String label) throws IOException {
    byte[] layer = tar(Map.of(program, "a program".getBytes(UTF_8)));
    String architecture = BuildRequest.of(List.of("-"), anyTarget()).platform().architecture();
    String config =
        """
        {"os": "linux", "architecture": "%s",
         "config": {"Labels": {"org.mobyproject.config": "%s"}},
         "rootfs": {"type": "layers", "diff_ids": ["%s"]}}"""
            .formatted(architecture, label, Digest.sha256(layer));
    String list =
        "[{\"Config\":\"c.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"l.tar\"]}]";
    Path archive =
        Files.write(
            directory.resolve("image.tar"),
            tar(
                Map.of(
                    "l.tar", layer,
                    "c.json", config.getBytes(UTF_8),
                    "manifest.json", list.getBytes(UTF_8))));
    try (ImageAccess access = new ImageAccess(settings, Progress.silent());
        InputStream in = Files.newInputStream(archive)) {
      ImageArchive.load(access.store(), in, "image.tar", Optional.empty());
    }
  }

  static BuildTarget anyTarget() {
    return new BuildTarget.ToStream(Formats.named("tar"), new ByteArrayOutputStream(), "the test");
  }

  static byte[] tar(Map<String, byte[]> files) throws IOException {
    FileTree tree = new FileTree(METADATA);
    files.forEach(
        (path, bytes) -> {
          int slash = path.indexOf('/');
          if (slash > 0) {
            tree.put(path.substring(0, slash), new Node.Directory(METADATA), Origin.NONE);
          }
          tree.put(path, new Node.RegularFile(METADATA, Content.of(bytes)), Origin.NONE);
        });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    writer.addTree(tree, TarWriter.NO_RECORDS);
    writer.finish();
    return out.toByteArray();
  }
}
