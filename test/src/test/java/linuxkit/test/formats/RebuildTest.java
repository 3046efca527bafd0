package linuxkit.test.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.test.Components;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds systems again from their provenance, under other circumstances. */
class RebuildTest {
  private static final List<String> OUTPUTS =
      List.of(
          "web.tar",
          "web-kernel",
          "web-initrd.img",
          "web-cmdline",
          "web.iso",
          "web-efi.qcow2",
          "web.efi",
          "web-squashfs.img",
          "web-squashfs-initrd.img");

  @TempDir Path work;

  @Test
  void reproducesEveryKindOfOutputElsewhereAndNamesAChangedFile() throws Exception {
    Linuxkit linuxkit = Linuxkit.withCache(Components.copyOfStore(work.resolve("store")));
    Path first = source(Files.createDirectories(work.resolve("first")));
    linuxkit
        .in(first)
        .run(
            "build",
            "--arch=amd64",
            "--format=tar,kernel+initrd,iso,qcow2-efi,uki,kernel+squashfs",
            "--provenance=web.json",
            "web.yml")
        .succeeds();
    Path second = source(Files.createDirectories(work.resolve("second/place")));
    Linuxkit elsewhere =
        linuxkit
            .withEnvironment(
                Map.of(
                    "TZ",
                    "America/St_Johns",
                    "LC_ALL",
                    "tr_TR.UTF-8",
                    "USER",
                    "somebody",
                    // Another home has no key to what the first build derived.
                    "HOME",
                    Files.createDirectories(work.resolve("home")).toString()))
            .in(second)
            .through("sh", "-c", "umask 077 && exec \"$0\" \"$@\"");
    assertThat(elsewhere.run(verify(first)).succeeds().out())
        .contains("subjects      all 9 files are outputs", "rebuild       reproduced\n");

    Files.writeString(second.resolve("hello/hello.sh"), "#!/bin/sh\necho hellO\n");
    assertThat(elsewhere.run(verify(first)).fails().out())
        .contains("rebuild       not reproduced\n")
        .contains(different(first, "web.tar", ""))
        .contains(different(first, "web-initrd.img", ""))
        .contains(different(first, "web.iso", ""))
        .contains(
            different(first, "web-efi.qcow2", " of /initrd of /partition-1/EFI/BOOT/BOOTX64.EFI"))
        .contains(different(first, "web.efi", " of /initrd"))
        .contains(different(first, "web-squashfs.img", ""))
        .doesNotContain("web-kernel differs");
  }

  private static String different(Path folder, String output, String within) {
    return folder.resolve(output)
        + " differs: /containers/services/hello/lower/bin/hello"
        + within
        + " at byte 19\n";
  }

  private static String[] verify(Path folder) {
    List<String> line =
        new ArrayList<>(
            List.of("verify", "--rebuild", "--provenance", folder.resolve("web.json").toString()));
    OUTPUTS.forEach(output -> line.add(folder.resolve(output).toString()));
    return line.toArray(String[]::new);
  }

  /** Writes a manifest with a component of its own. It keeps few modules, to be fast. */
  private static Path source(Path folder) throws IOException {
    Path hello = Files.createDirectories(folder.resolve("hello"));
    Files.writeString(hello.resolve("hello.sh"), "#!/bin/sh\necho hello\n");
    Files.writeString(
        hello.resolve("build.yml"),
        "image: hello\nfiles: [{path: /bin/hello, source: hello.sh, mode: \"0755\"}]\n");
    Files.writeString(
        folder.resolve("web.yml"),
        """
        kernel: {image: "@pkg:COMPONENTS/kernel", cmdline: "console=ttyS0", modules: [isofs, overlay, squashfs]}
        init: ["@pkg:COMPONENTS/init"]
        services: [{name: hello, image: "@pkg:./hello", command: [/bin/hello]}]
        """
            .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    return folder;
  }
}
