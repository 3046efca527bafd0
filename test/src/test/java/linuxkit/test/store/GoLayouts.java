package linuxkit.test.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linuxkit.test.DebianPrograms;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;

/**
 * Image layouts as crane, LinuxKit and oras read them, through a program built with their
 * libraries, which are obtained from Debian like a component's content.
 */
final class GoLayouts {
  private static final Path PROGRAM = built();

  private GoLayouts() {}

  /** The lines that one of the program's commands prints. */
  static List<String> run(Object... args) {
    List<Object> line = new ArrayList<>(List.of(PROGRAM));
    line.addAll(Arrays.asList(args));
    return Programs.run(Linuxkit.PROJECT, line.toArray()).lines().toList();
  }

  private static Path built() {
    Path target = Linuxkit.PROJECT.resolve("test/target");
    Path tree = DebianPrograms.unpacked("go");
    Path root = tree.resolve("usr/lib/go-1.24");
    Path program = target.resolve("layouts");
    Programs.run(
        target,
        "env",
        "GOROOT=" + root,
        "GOPATH=" + tree.resolve("usr/share/gocode"),
        "GOCACHE=" + target.resolve("go-cache"),
        "GO111MODULE=off",
        "GOTOOLCHAIN=local",
        "GOENV=off",
        "CGO_ENABLED=0",
        root.resolve("bin/go"),
        "build",
        // It runs for a moment: to optimize all of it takes longer than that saves.
        "-gcflags=all=-N -l",
        "-o",
        program,
        "layouts");
    return program;
  }
}
