package linuxkit.run.qemu.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.own.EntryPermissions;
import linuxkit.base.own.OwnFolder;
import linuxkit.run.GuestFailure;

/**
 * The proof that a state directory is this user's: a random mark in the directory that is also kept
 * in {@code ~/.linuxkit/run}, under the hash of the directory's path. The directory lies beside the
 * image, where a repository or another user may have put one.
 */
public final class StateMarks {
  private static final String MARK = "linuxkit-mark";
  private static final int LENGTH = 32;
  private static final String OTHERWISE = "remove it";
  private static final String OWNER_ONLY = "rwx------";

  private final Map<String, String> environment;
  private final Progress progress;

  public StateMarks(Map<String, String> environment, Progress progress) {
    this.environment = environment;
    this.progress = progress;
  }

  /**
   * Opens the directory beside an image. A new one is created and marked.
   *
   * @throws GuestFailure if it exists and neither has this user's mark nor is empty
   */
  public OwnFolder beside(StateDirectory state) {
    try {
      boolean known = Files.exists(state.path(), LinkOption.NOFOLLOW_LINKS);
      OwnFolder folder = OwnFolder.make(state.path(), StateDirectory.OTHERWISE);
      if (known && !isEmpty(folder)) {
        check(folder);
      } else if (!mark(folder)) {
        progress.warn(
            "cannot remember in ~/.linuxkit/run that the state directory is yours; the next run"
                + " needs --state "
                + folder.path());
      }
      EntryPermissions.set(folder.path(), OWNER_ONLY);
      return folder;
    } catch (IOException e) {
      throw FileFailure.of("cannot prepare the state directory", state.path(), e);
    }
  }

  /** Opens a directory that the user names, which makes it this user's. */
  public OwnFolder chosen(StateDirectory state) {
    OwnFolder folder = OwnFolder.make(state.path(), StateDirectory.OTHERWISE);
    try {
      if (!isMarked(folder)) {
        mark(folder);
      }
      return folder;
    } catch (IOException e) {
      throw StateDirectory.unusable(folder.file(MARK), e);
    }
  }

  private static boolean isEmpty(OwnFolder folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.path())) {
      return files.findAny().isEmpty();
    }
  }

  private void check(OwnFolder folder) throws IOException {
    if (!isMarked(folder)) {
      throw new GuestFailure(
          "this state directory was not made by linuxkit for this user",
          folder.path(),
          "remove it, choose another directory with --state, or, if it is yours, name it: --state "
              + folder.path());
    }
  }

  private boolean isMarked(OwnFolder folder) throws IOException {
    Optional<byte[]> here = folder.read(MARK, LENGTH);
    Optional<byte[]> kept = kept(folder);
    return here.isPresent()
        && kept.isPresent()
        && here.get().length == LENGTH
        && Arrays.equals(here.get(), kept.get());
  }

  /** Returns the mark that the home directory has; empty if that cannot be used. */
  private Optional<byte[]> kept(OwnFolder folder) {
    try {
      Optional<OwnFolder> marks = home().flatMap(home -> OwnFolder.find(home, OTHERWISE));
      return marks.isPresent() ? marks.get().read(key(folder), LENGTH) : Optional.empty();
    } catch (IOException | Failure _) {
      return Optional.empty();
    }
  }

  /** Marks a directory, and returns whether the mark could be kept in the home directory, too. */
  private boolean mark(OwnFolder folder) throws IOException {
    byte[] random = new byte[LENGTH / 2];
    new SecureRandom().nextBytes(random);
    byte[] mark = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
    folder.write(MARK, mark);
    try {
      Optional<OwnFolder> marks = home().map(home -> OwnFolder.make(home, OTHERWISE));
      if (marks.isPresent()) {
        marks.get().write(key(folder), mark);
      }
      return marks.isPresent();
    } catch (IOException | Failure _) {
      return false;
    }
  }

  private Optional<Path> home() {
    return Optional.ofNullable(environment.get("HOME"))
        .filter(text -> text.startsWith("/"))
        .map(text -> Path.of(text, ".linuxkit", "run"));
  }

  private static String key(OwnFolder folder) throws IOException {
    return Sha256.hex(folder.path().toRealPath().toString().getBytes(StandardCharsets.UTF_8));
  }
}
