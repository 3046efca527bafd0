package linuxkit.run;

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

/** The directory of what belongs to one guest, and whether a QEMU is at work in it. */
record StateDirectory(Path path) {
  // Where a Unix socket's address ends on the strictest system of interest, macOS.
  private static final int SOCKET_PATH_LIMIT = 103;

  /** Beside the image, as {@code linuxkit.img-state}; an ISO's name loses its ending. */
  static StateDirectory of(QemuOptions options) {
    return new StateDirectory(
        options
            .state()
            .orElseGet(
                () -> {
                  String name = options.path().toAbsolutePath().getFileName().toString();
                  String prefix =
                      name.endsWith(".iso") ? name.substring(0, name.length() - 4) : name;
                  return options.path().resolveSibling(prefix + "-state");
                })
            .toAbsolutePath()
            .normalize());
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

  /** Makes it ready for a guest to start in; what an earlier one left there is kept. */
  void claim() {
    if (monitor().toString().length() > SOCKET_PATH_LIMIT) {
      throw new GuestFailure(
          "the state directory's path is too long for a socket in it",
          path,
          "choose a shorter one with --state");
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
              "a guest runs in this state directory already"
                  + pid().map(pid -> ", as process " + pid).orElse(""),
              path,
              "stop it first, or give this one its own with --state");
        }
        channel.truncate(0);
      } catch (IOException e) {
        throw FileFailure.of("cannot write", pidFile(), e);
      }
    }
  }

  /**
   * The process of the guest that runs here, if one does. QEMU holds a lock on its pid file for as
   * long as it lives, so that a file left behind, whose number another process may have by now, is
   * told from a true one.
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

  /** The guest's, from now on: a network that knows it keeps knowing it. */
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
        throw new GuestFailure("this is no MAC address: " + text, file, "remove the file");
      }
      return text;
    } catch (IOException e) {
      throw FileFailure.of("cannot keep the MAC address in", file, e);
    }
  }

  private static boolean locked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    }
  }
}
