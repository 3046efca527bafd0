package linuxkit.test.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linuxkit.test.Linuxkit;

/** One system in every format, built once for all tests of formats. */
public final class FormatArtefacts {
  static final String FORMATS =
      "tar,kernel+initrd,kernel+squashfs,kernel+erofs,iso,iso-efi,iso-efi-initrd,uki,"
          + "raw,raw-bios,raw-efi,qcow2-bios,qcow2-efi,aws,gcp,vhd,vhdx,vmdk,ova";
  // Those whose artefacts have names that others have, too.
  static final List<List<String>> OTHERS =
      List.of(
          List.of("bios", "iso-bios"),
          List.of("data", "kernel+iso"),
          List.of("dynamic", "dynamic-vhd"),
          List.of("sparse", "vmdk", "--vmdk", "monolithicSparse"),
          List.of(
              "packed",
              "kernel+erofs,qcow2-efi",
              "--erofs-compression",
              "zstd",
              "--qcow2-compression",
              "zstd"),
          List.of(
              "packed2",
              "kernel+erofs,qcow2-bios",
              "--erofs-compression",
              "lz4",
              "--qcow2-compression",
              "zlib"),
          List.of("arm", "uki,kernel+initrd", "--arch", "arm64"),
          List.of("card", "rpi3", "--arch", "arm64"));

  /** {@code it-kernel} and so on; as small as the formats allow. */
  public static final Path FOLDER = built();

  private FormatArtefacts() {}

  static Path manifest(Path folder) throws IOException {
    Path manifest = folder.resolve("it.yml");
    try (var template = FormatArtefacts.class.getResourceAsStream("/formats.yml")) {
      Files.writeString(
          manifest,
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    }
    return manifest;
  }

  static void build(Linuxkit linuxkit, Path manifest, Path to, String... more) {
    List<String> line =
        new ArrayList<>(List.of("build", "--arch", "amd64", "--no-sbom", "--dir", to.toString()));
    line.addAll(List.of(more));
    line.add(manifest.toString());
    linuxkit.run(line.toArray(String[]::new)).succeeds();
  }

  static void buildAll(Linuxkit linuxkit, Path manifest, Path to) {
    // Of one size, so that one disk is in all of its containers.
    build(linuxkit, manifest, to, "--size", "1G", "--format", FORMATS);
    for (List<String> other : OTHERS) {
      List<String> line =
          new ArrayList<>(List.of("--size", "1G", "--name", other.get(0), "--format"));
      line.addAll(other.subList(1, other.size()));
      build(linuxkit, manifest, to, line.toArray(String[]::new));
    }
  }

  private static Path built() {
    try {
      Path folder = Linuxkit.PROJECT.resolve("test/target/formats");
      Files.createDirectories(folder);
      buildAll(Linuxkit.withComponents(), manifest(folder), folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
