package linuxkit.test.boot;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import linuxkit.test.Linuxkit;

/** A machine emulated by QEMU, whose port 80 can be reached from here. */
final class Guest implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  // Without random numbers of the processor, whatever needs some waits for a quarter of a boot.
  private static final String PROCESSOR = "qemu64,+rdrand";

  /** How one ends. */
  private interface Machine {
    boolean isAlive();

    void end();
  }

  private final Machine machine;
  private final Path console;
  private final int port;

  private Guest(Machine machine, Path console, int port) {
    this.machine = machine;
    this.console = console;
    this.port = port;
  }

  /**
   * @param console the file in which what it prints is kept
   */
  static Guest pc(Path console, List<String> arguments) throws IOException {
    return start(
        "qemu-system-x86_64",
        withMemoryAndCard("-machine", "q35", "-cpu", PROCESSOR),
        console,
        arguments);
  }

  /**
   * One with a serial port as its only device beside those of the arguments, of which the first
   * network card is on the network {@code n}.
   */
  static Guest bare(Path console, List<String> arguments) throws IOException {
    return start(
        "qemu-system-x86_64",
        List.of("-nodefaults", "-machine", "q35,sata=off", "-cpu", PROCESSOR),
        console,
        arguments);
  }

  static Guest arm(Path console, List<String> arguments) throws IOException {
    return start(
        "qemu-system-aarch64",
        withMemoryAndCard("-machine", "virt", "-cpu", "cortex-a72", "-device", "virtio-rng-pci"),
        console,
        arguments);
  }

  private static List<String> withMemoryAndCard(String... machine) {
    List<String> arguments = new ArrayList<>(List.of(machine));
    arguments.addAll(List.of("-m", "1024", "-device", "virtio-net-pci,netdev=n"));
    return arguments;
  }

  private static Guest start(
      String program, List<String> machine, Path console, List<String> arguments)
      throws IOException {
    int port = freePort();
    List<String> line = new ArrayList<>(List.of(program, "-accel", "tcg"));
    line.addAll(machine);
    line.addAll(List.of("-display", "none", "-no-reboot", "-serial", "file:" + console));
    line.addAll(List.of("-netdev", "user,id=n,hostfwd=tcp:127.0.0.1:" + port + "-:80"));
    line.addAll(arguments);
    Process qemu =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(console.resolveSibling(console.getFileName() + ".qemu").toFile())
            .start();
    return new Guest(new Qemu(qemu), console, port);
  }

  private record Qemu(Process process) implements Machine {
    @Override
    public boolean isAlive() {
      return process.isAlive();
    }

    @Override
    public void end() {
      process.destroyForcibly().onExit().join();
    }
  }

  /**
   * One that {@code linuxkit run} starts, and that {@code linuxkit run stop} powers off.
   *
   * @param state where the command keeps what belongs to the guest
   * @param arguments its last ones
   */
  static Guest run(Path state, List<String> arguments) throws IOException {
    int port = freePort();
    List<String> line = new ArrayList<>(List.of("run", "qemu", "--detached", "--accel", "tcg"));
    line.addAll(List.of("--state", state.toString(), "--publish", port + ":80"));
    line.addAll(arguments);
    Linuxkit.withComponents().run(line.toArray(String[]::new)).succeeds();
    return new Guest(new Detached(state), state.resolve("console.log"), port);
  }

  private record Detached(Path state) implements Machine {
    @Override
    public boolean isAlive() {
      return true;
    }

    @Override
    public void end() {
      Linuxkit.withComponents().run("run", "stop", state.toString()).succeeds();
    }
  }

  /** Waits for the page that the guest serves. */
  String page() throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    // QEMU takes the connection before there is anybody to answer.
    HttpRequest request = request("", Duration.ofSeconds(1));
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (Instant.now().isBefore(end) && machine.isAlive()) {
        try {
          var response = client.send(request, BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            return response.body();
          }
        } catch (IOException _) {
          // The guest is not that far yet.
        }
        Thread.sleep(250);
      }
    }
    throw new AssertionError("no page; the console:\n" + consoleText());
  }

  /** What the guest says of its root file system; it takes a while to look through it. */
  String root() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request("cgi-bin/root", PATIENCE), BodyHandlers.ofString()).body();
    }
  }

  private HttpRequest request(String path, Duration timeout) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + path))
        .timeout(timeout)
        .build();
  }

  /** What the guest printed until the machine was restarted or powered off. */
  String consoleAtTheEnd(Duration patience) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(patience);
    while (machine.isAlive()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("still up after " + patience + "; the console:\n" + consoleText());
      }
      Thread.sleep(250);
    }
    return consoleText();
  }

  /** Waits until the guest has printed something, and returns all that it printed. */
  String consoleWith(String wanted, Duration patience) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(patience);
    for (boolean last = false; !last; ) {
      last = Instant.now().isAfter(end) || !machine.isAlive();
      String text = consoleText();
      if (text.contains(wanted)) {
        return text;
      }
      Thread.sleep(250);
    }
    throw new AssertionError("no \"" + wanted + "\"; the console:\n" + consoleText());
  }

  String consoleText() throws IOException {
    return EmulatorFault.check(Files.exists(console) ? Files.readString(console) : "");
  }

  @Override
  public void close() {
    machine.end();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
