package linuxkit.test.formats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.test.Linuxkit;

/** The system of {@link FormatArtefacts} for arm64, in every format that supports arm64. */
public final class ArmArtefacts {
  /** {@code it.img} and so on, and what has names that others have as {@code other.iso}. */
  public static final Path FOLDER = built();

  private ArmArtefacts() {}

  private static Path built() {
    try {
      Path folder = Linuxkit.PROJECT.resolve("test/target/arm");
      Files.createDirectories(folder);
      build(
          folder,
          "it",
          "tar,kernel+squashfs,kernel+erofs,iso,iso-efi,iso-efi-initrd,uki,"
              + "raw,raw-efi,qcow2-efi,aws,gcp,vhd,vhdx,vmdk,ova");
      build(folder, "other", "kernel+iso,dynamic-vhd");
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void build(Path folder, String name, String formats) throws IOException {
    // Of one size, so that one disk is in all of its containers.
    FormatArtefacts.build(
        Linuxkit.withComponents(),
        FormatArtefacts.manifest(folder),
        folder,
        "--arch",
        "arm64",
        "--size",
        "1G",
        "--name",
        name,
        "--format",
        formats);
  }
}
