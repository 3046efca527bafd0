package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.run.GuestFailure;

/** The directory that holds the files of one guest, and tells whether a QEMU is using it. */
record StateDirectory(Path path) {
  // The limit of Unix socket addresses on macOS, the strictest supported system.
  private static final int SOCKET_PATH_LIMIT = 103;

  static StateDirectory of(Path path) {
    return new StateDirectory(path.toAbsolutePath().normalize());
  }

  Path pidFile() {
    return path.resolve("qemu.pid");
  }

  Path monitor() {
    return path.resolve("qmp.sock");
  }

  Path console() {
    return path.resolve("console.log");
  }

  /** Prepares the directory for a guest that starts; files of an earlier run are kept. */
  void claim() {
    if (monitor().toString().length() > SOCKET_PATH_LIMIT) {
      throw new GuestFailure(
          "the state directory's path is too long for a Unix socket",
          path,
          "choose a shorter path with --state");
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw FileFailure.of("cannot create the state directory", path, e);
    }
    synchronized (StateDirectory.class) {
      try (FileChannel channel =
              FileChannel.open(pidFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          throw new GuestFailure(
              "a guest is already running in this state directory"
                  + pid().map(pid -> " (process " + pid + ")").orElse(""),
              path,
              "stop it first, or choose another directory with --state");
        }
        channel.truncate(0);
      } catch (IOException e) {
        throw FileFailure.of("cannot write", pidFile(), e);
      }
    }
  }

  /**
   * Returns the process id of the guest that is running here, if any. QEMU holds a lock on its pid
   * file while it lives, which distinguishes a valid file from a stale one, whose process id may
   * have been reused.
   */
  Optional<Long> pid() {
    synchronized (StateDirectory.class) {
      try {
        String text = Files.readString(pidFile()).strip();
        if (!text.matches("[0-9]{1,18}") || !locked(pidFile())) {
          return Optional.empty();
        }
        return Optional.of(Long.valueOf(text));
      } catch (NoSuchFileException _) {
        return Optional.empty();
      } catch (IOException e) {
        throw FileFailure.of("cannot read", pidFile(), e);
      }
    }
  }

  /** Returns the guest's MAC address, which is kept so that networks recognise the guest. */
  String macAddress() {
    Path file = path.resolve("mac-addr");
    try {
      if (!Files.exists(file)) {
        byte[] address = new byte[6];
        ThreadLocalRandom.current().nextBytes(address);
        address[0] = (byte) ((address[0] & 0xfc) | 0x02); // unicast, locally administered
        String text = HexFormat.ofDelimiter(":").formatHex(address);
        AtomicFile.write(file, text.getBytes(StandardCharsets.US_ASCII));
      }
      String text = Files.readString(file).strip();
      if (!text.matches("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}")) {
        throw new GuestFailure("not a MAC address: " + text, file, "remove the file");
      }
      return text;
    } catch (IOException e) {
      throw FileFailure.of("cannot read or write the MAC address", file, e);
    }
  }

  private static boolean locked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    }
  }
}
