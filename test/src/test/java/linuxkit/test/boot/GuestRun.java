package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import linuxkit.test.Linuxkit;

/** A system of amd64 that is built from a manifest, and runs until it powers itself off. */
public final class GuestRun {
  private GuestRun() {}

  /**
   * Returns what the guest printed.
   *
   * @param template a resource: the manifest, in which {@code COMPONENTS} stands for the folder of
   *     the components
   * @param edit changes the manifest first
   * @param options further ones of {@code run}
   */
  public static String console(
      Path work, String template, UnaryOperator<String> edit, Duration patience, String... options)
      throws Exception {
    build(work, template, edit);
    return boot(work, patience, options);
  }

  /**
   * Boots the system that {@link #build} made, and returns what it printed until it powered itself
   * off.
   *
   * @param options further ones of {@code run}
   */
  public static String boot(Path work, Duration patience, String... options) throws Exception {
    return EmulatorFault.retried(() -> bootOnce(work, patience, "none", options));
  }

  /** Boots as {@link #boot}, with a network card. */
  public static String bootConnected(Path work, Duration patience, String... options)
      throws Exception {
    return EmulatorFault.retried(() -> bootOnce(work, patience, "user", options));
  }

  private static String bootOnce(Path work, Duration patience, String networking, String... options)
      throws IOException, InterruptedException {
    Linuxkit linuxkit = Linuxkit.withComponents();
    Path state = work.resolve("state");
    List<String> line = new ArrayList<>(List.of("run", "qemu", "--arch", "x86_64"));
    line.addAll(List.of(options));
    line.addAll(List.of("--detached", "--networking", networking, "--state", state.toString()));
    line.add(work.resolve("guest").toString());
    linuxkit.run(line.toArray(String[]::new)).succeeds();
    try {
      return atTheEnd(state.resolve("console.log"), patience);
    } finally {
      linuxkit.run("run", "stop", state.toString());
    }
  }

  /**
   * Builds a system named {@code guest}, and returns how the command ended.
   *
   * @param template as for {@link #console}
   * @param options further ones of {@code build}
   */
  public static Linuxkit.Result build(
      Path work, String template, UnaryOperator<String> edit, String... options)
      throws IOException {
    Path manifest = work.resolve("guest.yml");
    try (InputStream in =
        Objects.requireNonNull(GuestRun.class.getResourceAsStream("/" + template))) {
      Files.writeString(
          manifest,
          edit.apply(new String(in.readAllBytes(), UTF_8))
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    }
    List<String> line =
        new ArrayList<>(List.of("build", "--arch", "amd64", "--dir", work.toString()));
    line.addAll(List.of(options));
    line.add(manifest.toString());
    return Linuxkit.withComponents().run(line.toArray(String[]::new)).succeeds();
  }

  /** Returns the options of QEMU that boot such a system, with more words on its command line. */
  public static List<String> kernel(Path work, String words) throws IOException {
    return List.of(
        "-kernel",
        work.resolve("guest-kernel").toString(),
        "-initrd",
        work.resolve("guest-initrd.img").toString(),
        "-append",
        Files.readString(work.resolve("guest-cmdline")) + words);
  }

  private static String atTheEnd(Path console, Duration patience)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(patience);
    while (Instant.now().isBefore(end)) {
      String text = EmulatorFault.check(Files.readString(console));
      if (text.contains("Power down")) {
        return text;
      }
      Thread.sleep(250);
    }
    throw new AssertionError(
        "still up after " + patience + "; the console:\n" + Files.readString(console));
  }
}
