package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.packaging.debian.TestArchive;
import linuxkit.packaging.programs.ProgramCheck;
import org.junit.jupiter.api.Test;

/** Finds programs that the kernel or the dynamic loader would refuse to start. */
class ProgramCheckTest extends ComponentFixture {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final String ARCHITECTURE = ARM ? "arm64" : "amd64";
  private static final String DIRECTORY = "usr/lib/" + (ARM ? "aarch64" : "x86_64") + "-linux-gnu/";
  private static final String LOADER = ARM ? "ld-linux-aarch64.so.1" : "ld-linux-x86-64.so.2";
  private final FileTree tree = new FileTree(ComponentTree.metadata(0755));

  private void put(String path, int mode, byte[] bytes) {
    FileInstaller.makeParents(tree, path);
    tree.put(
        path, new Node.RegularFile(ComponentTree.metadata(mode), Content.of(bytes)), Origin.NONE);
  }

  private void put(String path, int mode, String text) {
    put(path, mode, text.getBytes(StandardCharsets.UTF_8));
  }

  private void put(String path, Path file) throws IOException {
    put(path, 0755, Files.readAllBytes(file));
  }

  private void link(String path, String target) {
    FileInstaller.makeParents(tree, path);
    tree.put(path, new Node.Symlink(ComponentTree.metadata(0777), target), Origin.NONE);
  }

  private List<String> lacks() {
    return new ProgramCheck(tree, ARCHITECTURE).run();
  }

  /** Compiles the libraries b, and a that needs it, and a program that needs a. */
  private Path compile(String... options) throws Exception {
    Path out = Files.createDirectories(temporary.resolve("compiled"));
    Files.writeString(out.resolve("x.c"), "int start(void) { return 1; }\n");
    gcc(out, List.of("-shared", "-o", "libb.so"));
    gcc(out, List.of("-shared", "-o", "liba.so", "libb.so"));
    List<String> program = new ArrayList<>(List.of("-pie", "-fPIE", "-Wl,-e,start"));
    program.addAll(List.of("-Wl,--dynamic-linker=/lib/" + LOADER, "-o", "program", "liba.so"));
    program.add("-Wl,--allow-shlib-undefined,-rpath-link,.");
    program.addAll(List.of(options));
    gcc(out, program);
    return out;
  }

  private static void gcc(Path directory, List<String> options) throws Exception {
    List<String> command = new ArrayList<>(List.of("gcc", "-nostdlib", "-fPIC", "x.c"));
    command.add("-Wl,--no-as-needed");
    command.addAll(options);
    TestArchive.run(directory, command.toArray(String[]::new));
  }

  private void loader() {
    link("lib", "usr/lib");
    put("usr/lib/" + LOADER, 0755, "the loader");
  }

  @Test
  void namesScriptsWithoutInterpreters() {
    link("bin", "usr/bin");
    put("usr/bin/dash", 0755, "\u007fELF");
    link("usr/bin/sh", "dash");
    put("usr/bin/env", 0755, "");
    put("opt/good", 0755, "#! /bin/sh -e\n");
    put("opt/named", 0755, "#!/usr/bin/env sh\n");
    put("opt/options", 0755, "#!/usr/bin/env -i python3\n");
    put("opt/ignored", 0644, "#!/bin/bash\n");
    put("opt/relative", 0755, "#!sh\n");
    put("opt/empty", 0755, "#!");
    assertThat(lacks()).isEmpty();
    put("opt/a", 0755, "#!/bin/bash\n");
    put("opt/b", 0700, "#! /usr/bin/env -S python3 -x\n");
    put("opt/c", 0755, "#!/bin/none/sh");
    assertThat(lacks())
        .containsExactly(
            " scripts need interpreters that the image does not have: /opt/a (/bin/bash),"
                + " /opt/b (python3), /opt/c (/bin/none/sh).");
    for (int i = 0; i < 5; i++) {
      put("opt/x" + i, 0755, "#!/bin/bash\n");
    }
    assertThat(lacks().getFirst()).endsWith("/opt/x1 (/bin/bash) and 3 more.");
  }

  @Test
  void namesProgramsWithoutLoaderOrLibraries() throws Exception {
    Path compiled = compile();
    put("usr/bin/program", compiled.resolve("program"));
    assertThat(lacks())
        .containsExactly(
            " programs need dynamic loaders that the image does not have: /usr/bin/program (/lib/"
                + LOADER
                + ").");
    loader();
    assertThat(lacks())
        .containsExactly(
            " programs need libraries that the image does not have: /usr/bin/program (liba.so).");
    put(DIRECTORY + "real", compiled.resolve("liba.so"));
    link(DIRECTORY + "liba.so", "real");
    assertThat(lacks().getFirst()).endsWith("/usr/bin/program (libb.so).");
    put(DIRECTORY + "libb.so", 0644, "not a library");
    assertThat(lacks().getFirst()).endsWith("/usr/bin/program (libb.so).");
    put("usr/lib/libb.so", compiled.resolve("libb.so"));
    assertThat(lacks()).isEmpty();
    tree.remove("usr/lib/libb.so");
    put("etc/ld.so.cache", 0644, "");
    assertThat(lacks()).isEmpty();
  }

  @Test
  void looksWhereProgramsSay() throws Exception {
    loader();
    String own = "-Wl,-rpath,$ORIGIN/../own";
    Path compiled = compile(own, "-Wl,--enable-new-dtags");
    put("opt/own/liba.so", compiled.resolve("liba.so"));
    put("opt/own/libb.so", compiled.resolve("libb.so"));
    put("opt/bin/program", compiled.resolve("program"));
    link("usr/bin/program", "/opt/bin/program");
    assertThat(lacks().getFirst())
        .as("a RUNPATH is not for the libraries of libraries")
        .endsWith("/opt/bin/program (libb.so).");
    compile(own, "-Wl,--disable-new-dtags");
    put("opt/bin/program", compiled.resolve("program"));
    assertThat(lacks()).as("an RPATH is").isEmpty();
  }

  @Test
  void warnsInTheBuild() throws Exception {
    write("start", "#!/bin/sh\n");
    folder.resolve("start").toFile().setExecutable(true, false);
    define("image: hello\narches: [amd64]\nfiles: [{path: /start, source: start}]\n");
    build(store("cache"), false, AMD64);
    assertThat(progress.warnings())
        .singleElement()
        .asString()
        .endsWith(
            "build.yml: for amd64 scripts need interpreters that the image does not have:"
                + " /start (/bin/sh).");
  }
}
