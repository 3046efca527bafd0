package linuxkit.test.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import linuxkit.oci.Platform;
import linuxkit.test.Components;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that a system may be far larger than the memory of the process that builds it. */
class ImagesAboveMemoryTest {
  // What the process may have of memory of its own; the smallest system takes 128 MiB of it.
  private static final int LIMIT_MIB = 160;
  private static final int CONTENT_MIB = 3 * LIMIT_MIB;

  @TempDir Path work;

  @Test
  void buildsASystemLargerThanMemoryInEveryKindOfFormat() throws IOException {
    Path component = Files.createDirectory(work.resolve("component"));
    writeContent(component.resolve("data"));
    Files.writeString(
        component.resolve("build.yml"),
        "image: large\narches: [%s]\nfiles: [{path: /usr/share/large, source: data}]\n"
            .formatted(Platform.host().architecture()));
    Path manifest =
        Files.writeString(
            work.resolve("large.yml"),
            """
            kernel: {image: "@pkg:COMPONENTS/kernel", cmdline: console=ttyS0}
            init: ["@pkg:COMPONENTS/init", "linuxkit/large:1"]
            """
                .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    // Of one processor, since each that compresses takes memory of its own.
    Linuxkit linuxkit =
        Linuxkit.withCache(Components.copyOfStore(work.resolve("store")))
            .in(work)
            .through(
                "taskset",
                "1",
                "sh",
                "-c",
                "ulimit -d " + LIMIT_MIB * 1024 + " && exec \"$0\" \"$@\"");
    linuxkit.run("pkg", "build", "--hash", "1", component.toString()).succeeds();
    linuxkit
        .run(
            "build",
            "--format",
            "kernel+initrd,kernel+squashfs,kernel+erofs,raw,iso",
            manifest.toString())
        .succeeds();
    for (String plain : new String[] {"large-erofs.img", "large.iso"}) {
      assertThat(Files.size(work.resolve(plain))).isGreaterThan((long) CONTENT_MIB << 20);
    }
    for (String packed : new String[] {"large-initrd.img", "large-squashfs.img", "large.img"}) {
      assertThat(Files.size(work.resolve(packed))).isGreaterThan((long) CONTENT_MIB << 17);
    }
  }

  /** An eighth of it is random, so that it does not fit when it is compressed either. */
  private static void writeContent(Path file) throws IOException {
    Random random = new Random(1);
    byte[] mebibyte = new byte[1 << 20];
    byte[] fresh = new byte[mebibyte.length / 8];
    random.nextBytes(fresh);
    for (int at = 0; at < mebibyte.length; at += 1 << 14) {
      System.arraycopy(fresh, 0, mebibyte, at, 1 << 14);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < CONTENT_MIB; i++) {
        random.nextBytes(fresh);
        System.arraycopy(fresh, 0, mebibyte, 0, fresh.length);
        out.write(mebibyte);
      }
    }
  }
}
