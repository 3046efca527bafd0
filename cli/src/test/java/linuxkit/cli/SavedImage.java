package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonString;
import linuxkit.oci.Digest;

/** An archive as {@code docker save} writes it, of an image with one file, {@code greeting}. */
public final class SavedImage {
  private static final Metadata METADATA = Metadata.of(0644, 0, 0, 0);

  private SavedImage() {}

  /**
   * @param label what the image says of how its containers run
   */
  public static Path write(Path archive, String name, String architecture, String label)
      throws IOException {
    byte[] layer = tar(Map.of("greeting", "hello".getBytes(UTF_8)));
    String config =
        """
        {"os": "linux", "architecture": "%s", "config": {"Labels": {"org.mobyproject.config": %s}},
         "rootfs": {"type": "layers", "diff_ids": ["%s"]}}"""
            .formatted(
                architecture,
                JsonFormat.COMPACT.write(new JsonString(label)),
                Digest.sha256(layer));
    String manifest =
        "[{\"Config\":\"c.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"layer.tar\"]}]";
    return Files.write(
        archive,
        tar(
            Map.of(
                "layer.tar",
                layer,
                "c.json",
                config.getBytes(UTF_8),
                "manifest.json",
                manifest.getBytes(UTF_8))));
  }

  /** An archive of files, with the directories above them. */
  public static byte[] tar(Map<String, byte[]> files) throws IOException {
    FileTree tree = new FileTree(METADATA);
    files.forEach(
        (path, bytes) -> {
          for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
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
