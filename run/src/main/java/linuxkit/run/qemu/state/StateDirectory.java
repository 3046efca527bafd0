package linuxkit.run.qemu.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import linuxkit.base.own.OwnFolder;
import linuxkit.run.GuestFailure;

/**
 * The directory that holds the files of one guest, and tells whether a QEMU is using it. It may lie
 * in a folder that other people filled, so each file is opened by the rules of {@link OwnFolder}.
 */
public record StateDirectory(Path path) {
  static final String OTHERWISE = "choose another directory with --state";

  private static final String PID_FILE = "qemu.pid";
  private static final String MONITOR = "qmp.sock";
  private static final String CONSOLE = "console.log";
  private static final String MAC_ADDRESS = "mac-addr";

  /** The largest file of those that are read as a whole. */
  private static final int LIMIT = 64;

  // The limit of Unix socket addresses on macOS, the strictest supported system.
  private static final int SOCKET_PATH_LIMIT = 103;

  public static StateDirectory of(Path path) {
    return new StateDirectory(path.toAbsolutePath().normalize());
  }

  public Path pidFile() {
    return path.resolve(PID_FILE);
  }

  public Path monitor() {
    return path.resolve(MONITOR);
  }

  public Path console() {
    return path.resolve(CONSOLE);
  }

  /** Checks that a socket in this directory can have an address. */
  public void checkLength() {
    if (monitor().toString().length() > SOCKET_PATH_LIMIT) {
      throw new GuestFailure(
          "the state directory's path is too long for a Unix socket",
          path,
          "choose a shorter path with --state");
    }
  }

  /**
   * Prepares the directory for a guest that starts. Disks and the MAC address of an earlier run are
   * kept. What QEMU creates itself is removed or created here, so that QEMU follows no link.
   *
   * @throws GuestFailure if a guest is running here
   */
  public void claim(OwnFolder folder) {
    OwnFolder.checkParents(path, OTHERWISE);
    synchronized (StateDirectory.class) {
      try (FileChannel channel =
              folder.open(PID_FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          throw new GuestFailure(
              "a guest is already running in this state directory"
                  + pid().map(pid -> " (process " + pid + ")").orElse(""),
              path,
              "stop it first, or " + OTHERWISE);
        }
        channel.truncate(0);
        folder.delete(MONITOR);
        folder.delete(CONSOLE);
        folder.open(CONSOLE, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
      } catch (IOException e) {
        throw unusable(pidFile(), e);
      }
    }
  }

  /**
   * Returns the process id of the guest that is running here, if any. QEMU holds a lock on its pid
   * file while it lives, which distinguishes a valid file from a stale one. {@link GuestProcess}
   * checks that the process is the one that holds the lock.
   */
  public Optional<Long> pid() {
    Optional<OwnFolder> folder = OwnFolder.find(path, OTHERWISE);
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    synchronized (StateDirectory.class) {
      try {
        return folder
            .get()
            .read(PID_FILE, LIMIT)
            .map(StateDirectory::text)
            .filter(text -> text.matches("[0-9]{1,18}") && locked(folder.get()))
            .map(Long::valueOf);
      } catch (IOException e) {
        throw unusable(pidFile(), e);
      }
    }
  }

  private boolean locked(OwnFolder folder) {
    try (FileChannel channel = folder.open(PID_FILE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (NoSuchFileException _) {
      // QEMU removes the file when it ends.
      return false;
    } catch (IOException e) {
      throw unusable(pidFile(), e);
    }
  }

  /** Returns the guest's MAC address, which is kept so that networks recognise the guest. */
  public String macAddress(OwnFolder folder) {
    Path file = folder.file(MAC_ADDRESS);
    try {
      Optional<String> kept = folder.read(MAC_ADDRESS, LIMIT).map(StateDirectory::text);
      if (kept.isEmpty()) {
        byte[] address = new byte[6];
        ThreadLocalRandom.current().nextBytes(address);
        address[0] = (byte) ((address[0] & 0xfc) | 0x02); // unicast, locally administered
        String text = HexFormat.ofDelimiter(":").formatHex(address);
        folder.write(MAC_ADDRESS, text.getBytes(StandardCharsets.US_ASCII));
        return text;
      }
      if (!kept.get().matches("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}")) {
        throw new GuestFailure("not a MAC address", file, "remove the file");
      }
      return kept.get();
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /** Returns the failure for a file of a state directory, and quotes nothing that it holds. */
  static GuestFailure unusable(Path file, IOException cause) {
    boolean known = cause instanceof FileSystemException;
    String reason = known ? ((FileSystemException) cause).getReason() : cause.getMessage();
    String place = known ? ((FileSystemException) cause).getFile() : null;
    return new GuestFailure(
        "cannot use this file of the state directory" + (reason == null ? "" : ": " + reason),
        place == null ? file : Path.of(place),
        "remove it, or " + OTHERWISE);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }
}
