package linuxkit.run.qemu;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.ProgramSearch;
import linuxkit.run.GuestFailure;
import linuxkit.run.MissingProgramFailure;
import linuxkit.run.OptionFailure;

/**
 * Folders of this machine that the guest can mount, with the type {@code virtiofs} and the tags
 * {@code virtiofs0}, {@code virtiofs1} and so on. A daemon serves each of them until the guest
 * ends.
 *
 * @param daemon the program, or its name on the {@code PATH}; empty to look in the usual places
 */
public record SharedFolders(List<Path> folders, Optional<String> daemon) {
  /** No folders. */
  public static final SharedFolders NONE = new SharedFolders(List.of(), Optional.empty());

  private static final int WAIT_MILLIS = 20;
  private static final int MAX_WAITS = 500;

  public SharedFolders {
    folders = folders.stream().map(Path::toAbsolutePath).toList();
  }

  /** Returns the sockets of the daemons. */
  List<Path> sockets(Path state) {
    List<Path> sockets = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      sockets.add(state.resolve("virtiofs" + i));
    }
    return sockets;
  }

  /** Returns QEMU's arguments for daemons at these sockets, which read the guest's memory. */
  static List<String> options(List<Path> sockets, int memory) {
    List<String> line = new ArrayList<>();
    if (!sockets.isEmpty()) {
      line.addAll(List.of("-object", "memory-backend-memfd,id=mem,size=" + memory + "M,share=on"));
      line.addAll(List.of("-numa", "node,memdev=mem"));
    }
    for (int i = 0; i < sockets.size(); i++) {
      line.addAll(
          List.of(
              "-chardev", "socket,id=char" + i + ",path=" + QemuCommand.escape(sockets.get(i))));
      line.addAll(List.of("-device", "vhost-user-fs-pci,chardev=char" + i + ",tag=virtiofs" + i));
    }
    return line;
  }

  /**
   * Starts the daemons, and waits until they listen.
   *
   * @param qemu the program that will run the guest
   * @return the daemons, which end with the guest
   */
  List<Process> start(Path qemu, Path state, Map<String, String> environment) {
    List<Process> started = new ArrayList<>();
    List<Path> sockets = sockets(state);
    try {
      for (int i = 0; i < folders.size(); i++) {
        if (folders.get(i).toString().contains(",")) {
          throw new OptionFailure(
              "cannot share " + folders.get(i) + ": the name has a comma", "rename the folder");
        }
        if (!Files.isDirectory(folders.get(i))) {
          throw new OptionFailure(
              "cannot share " + folders.get(i) + ": not a directory", "check --virtiofs");
        }
        Files.deleteIfExists(sockets.get(i));
        Path program = program(qemu, environment);
        started.add(
            new ProcessBuilder(
                    program.toString(),
                    "--socket-path=" + sockets.get(i),
                    "-o",
                    "source=" + folders.get(i))
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start());
        await(sockets.get(i), started.getLast(), program);
      }
      return started;
    } catch (IOException e) {
      stop(started);
      throw FileFailure.of("cannot start virtiofsd in", state, e);
    } catch (RuntimeException e) {
      stop(started);
      throw e;
    }
  }

  /** Ends daemons that the guest has left behind. */
  static void stop(List<Process> daemons) {
    daemons.forEach(Process::destroy);
  }

  private static void await(Path socket, Process process, Path program) {
    for (int i = 0; i < MAX_WAITS && !Files.exists(socket); i++) {
      if (!process.isAlive()) {
        throw new GuestFailure(
            "virtiofsd ended with status " + process.exitValue(),
            program,
            "it may need root, or another version; see its messages when it is run by hand");
      }
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new GuestFailure("interrupted while virtiofsd was starting", program, "");
      }
    }
    if (!Files.exists(socket)) {
      throw new GuestFailure("virtiofsd does not listen", program, "");
    }
  }

  private Path program(Path qemu, Map<String, String> environment) {
    if (daemon.isPresent() && daemon.get().contains("/")) {
      return Path.of(daemon.get()).toAbsolutePath();
    }
    return ProgramSearch.find(daemon.orElse("virtiofsd"), environment)
        .or(
            () ->
                Stream.of(
                        qemu.resolveSibling("../lib/qemu/virtiofsd").normalize(),
                        Path.of("/usr/libexec/virtiofsd"),
                        Path.of("/usr/lib/qemu/virtiofsd"))
                    .filter(file -> daemon.isEmpty() && Files.isExecutable(file))
                    .findFirst())
        .orElseThrow(
            () ->
                new MissingProgramFailure(
                    "virtiofsd is missing", "install it, or name it with --virtiofsd PROGRAM"));
  }
}
