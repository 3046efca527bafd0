package linuxkit.disk.ova;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import linuxkit.base.Sha256;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.FileWriter;
import linuxkit.disk.vmdk.StreamOptimizedVmdk;

/**
 * A package of a machine and its disk, for import into VirtualBox and vSphere (DMTF DSP0243 1.1.0,
 * section 5.3): a tar archive of the descriptor, the disk and the hashes of both.
 *
 * @param id unique to this disk: derive it from the content
 * @param created the time of the files in the archive, from 1970 on
 * @param grains the disk's compressed content
 */
public record Ova(Machine machine, UUID id, Instant created, StreamOptimizedVmdk.Grains grains)
    implements DiskFormat {
  private static final int MAX_NAME = 80;

  /** Compresses with all cores. */
  public Ova(Machine machine, UUID id, Instant created) {
    this(machine, id, created, StreamOptimizedVmdk.Grains.deflated());
  }

  /**
   * Sizes are up to 2030 GiB.
   *
   * @throws DiskFailure also if the compressed disk exceeds 8 GiB, the limit of the archive; the
   *     file is then incomplete
   */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    String base = fileName(machine.name());
    String diskFile = base + "-disk1.vmdk";
    // The descriptor contains the length of the disk after it, so it gets the room it needs at
    // most.
    int room = descriptor(diskFile, UstarHeader.MAX_SIZE, disk.size(), 0).length;
    long diskAt = next(0, room);
    long diskContentAt = diskAt + UstarHeader.LENGTH;

    MessageDigest diskHash = Sha256.digest();
    file.position(diskContentAt);
    OutputStream out = new DigestOutputStream(Channels.newOutputStream(file), diskHash);
    new StreamOptimizedVmdk(diskFile, id, grains).write(disk, out);
    long diskLength = file.position() - diskContentAt;
    if (diskLength > UstarHeader.MAX_SIZE) {
      throw new DiskFailure(
          "a compressed disk of " + diskLength + " bytes is too large for an ova",
          "use vmdk if the compressed disk exceeds 8 GiB");
    }

    byte[] descriptor = descriptor(diskFile, diskLength, disk.size(), room);
    String hashes =
        hash(base + ".ovf", Sha256.digest().digest(descriptor)) + hash(diskFile, diskHash.digest());
    FileWriter writer = new FileWriter(file);
    put(writer, 0, base + ".ovf", descriptor);
    writer.put(diskAt, UstarHeader.of(diskFile, diskLength, created));
    long hashesAt = next(diskAt, diskLength);
    byte[] manifest = hashes.getBytes(UTF_8);
    put(writer, hashesAt, base + ".mf", manifest);
    // Two blocks of zeros end the archive.
    writer.extend(next(hashesAt, manifest.length) + 2 * UstarHeader.LENGTH);
  }

  private void put(FileWriter writer, long at, String name, byte[] content) throws IOException {
    writer.put(at, UstarHeader.of(name, content.length, created));
    writer.put(at + UstarHeader.LENGTH, content);
  }

  /** Returns the offset of the entry after one of this length. */
  private static long next(long at, long length) {
    return at + UstarHeader.LENGTH + Math.ceilDiv(length, UstarHeader.LENGTH) * UstarHeader.LENGTH;
  }

  /** Returns the descriptor, padded with empty lines. */
  private byte[] descriptor(String diskFile, long fileSize, long capacity, int room) {
    String text = OvfDescriptor.of(machine, diskFile, fileSize, capacity);
    int length = text.getBytes(UTF_8).length;
    return (text + "\n".repeat(Math.max(0, room - length))).getBytes(UTF_8);
  }

  private static String hash(String name, byte[] hash) {
    return "SHA256(" + name + ")= " + HexFormat.of().formatHex(hash) + "\n";
  }

  /** Returns the name with only such characters as every system and importer accepts in files. */
  private static String fileName(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return safe.substring(0, Math.min(safe.length(), MAX_NAME));
  }
}
