package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.ova.Machine;
import linuxkit.disk.ova.Ova;
import linuxkit.disk.vmdk.StreamOptimizedVmdk;
import linuxkit.disk.vmdk.StreamOptimizedVmdk.Grains;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedGrainsTest {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  @TempDir private Path directory;
  private final AtomicInteger reads = new AtomicInteger();
  private final SharedGrains shared = new SharedGrains();

  private SparseImage disk() {
    byte[] bytes = new byte[700_000];
    new Random(1).nextBytes(bytes);
    return SparseImage.builder()
        .put(
            5 << 20,
            bytes.length,
            out -> {
              reads.incrementAndGet();
              out.write(bytes);
            })
        .build(100 << 20);
  }

  private static DiskFormat vmdk(Grains grains) {
    return new StreamOptimizedVmdk("a.vmdk", ID, grains);
  }

  private static DiskFormat ova(Grains grains) {
    Machine machine = new Machine("a", 1, 1024, Machine.Firmware.BIOS, Machine.Devices.VSPHERE);
    return new Ova(machine, ID, Instant.EPOCH, grains);
  }

  private Path alone(DiskFormat container, String name) throws IOException {
    Path path = directory.resolve(name);
    try (FileChannel file = create(path)) {
      container.write(disk(), file);
    }
    return path;
  }

  private static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Test
  void sharingDoesNotChangeTheFiles() throws Exception {
    Path vmdk = alone(vmdk(Grains.deflated()), "alone.vmdk");
    Path ova = alone(ova(Grains.deflated()), "alone.ova");
    reads.set(0);
    try (FileChannel first = create(directory.resolve("ova"));
        FileChannel second = create(directory.resolve("vmdk"));
        FileChannel third = create(directory.resolve("ova2"))) {
      ova(shared.in(first)).write(disk(), first);
      vmdk(shared.in(second)).write(disk(), second);
      ova(shared.in(third)).write(disk(), third);
    }
    assertThat(reads).hasValue(1);
    assertThat(directory.resolve("ova")).hasSameBinaryContentAs(ova);
    assertThat(directory.resolve("vmdk")).hasSameBinaryContentAs(vmdk);
    assertThat(directory.resolve("ova2")).hasSameBinaryContentAs(ova);
  }

  @Test
  void doesNotCopyContentThatFailed() throws Exception {
    Path ova = alone(ova(Grains.deflated()), "alone.ova");
    SparseImage broken =
        SparseImage.builder()
            .put(
                0,
                1,
                _ -> {
                  throw new IOException("broken");
                })
            .build(100 << 20);
    try (FileChannel first = create(directory.resolve("vmdk"));
        FileChannel second = create(directory.resolve("ova"))) {
      assertThatThrownBy(() -> vmdk(shared.in(first)).write(broken, first))
          .hasMessageContaining("broken");
      ova(shared.in(second)).write(disk(), second);
    }
    assertThat(directory.resolve("ova")).hasSameBinaryContentAs(ova);
  }
}
