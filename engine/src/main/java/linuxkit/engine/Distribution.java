package linuxkit.engine;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.system.manifest.BootComponent;

/**
 * The files that are installed beside the program.
 *
 * @param home the folder that holds {@code guest/}, {@code pkg/} and {@code runtime/}
 */
public record Distribution(Path home) {
  /**
   * Returns the distribution that this process was started from.
   *
   * @throws RequestFailure if the system property {@code linuxkit.home} does not name one
   */
  public static Distribution ofProcess() {
    String home = System.getProperty("linuxkit.home", "");
    if (home.isEmpty()) {
      throw new RequestFailure(
          "the folder that linuxkit is installed in is not known",
          "start Java with -Dlinuxkit.home=FOLDER");
    }
    return new Distribution(Path.of(home));
  }

  /**
   * Returns the hash of the running program and its libraries, written by {@code build/dist}; empty
   * if this process does not run the code of this distribution, as when another program embeds the
   * engine as a jar.
   */
  Optional<String> runningId() {
    Path runtime = home.resolve("runtime");
    try {
      return isLinked() && Files.isSameFile(runtime, Path.of(System.getProperty("java.home", "")))
          ? Optional.of(Files.readString(runtime.resolve("build-id")).strip())
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Returns whether the engine is a module of the Java runtime itself, not of a jar beside it. */
  private static boolean isLinked() {
    Module engine = Distribution.class.getModule();
    return engine.isNamed()
        && ModuleLayer.boot()
            .configuration()
            .findModule(engine.getName())
            .flatMap(module -> module.reference().location())
            .filter(location -> "jrt".equals(location.getScheme()))
            .isPresent();
  }

  /** Returns the folder of the guest's programs, one subfolder per architecture. */
  public Path guest() {
    return home.resolve("guest");
  }

  /** Returns the folder of the components' folders. */
  public Path components() {
    return home.resolve("pkg");
  }

  /** Returns the folder of a component's definition; it may be missing. */
  public Path component(String name) {
    return components().resolve(name);
  }

  /**
   * Returns the folder of the component that boots systems whose manifest names no image.
   *
   * @throws RequestFailure if it is missing
   */
  public Path bootLoader(BootComponent component) {
    Path folder = component(component.folder());
    if (!Files.isDirectory(folder)) {
      throw new RequestFailure(
          "there is no component " + component.folder() + " in " + folder.getParent(),
          "reinstall linuxkit, or name an image in the manifest, under boot." + component.key());
    }
    return folder;
  }

  /**
   * Opens an optional library: the jars in {@code lib/NAME}, which need no module descriptors. They
   * are not part of the runtime, so only a command that opens them pays for them. A {@code
   * ServiceLoader} with the class loader finds what they provide.
   *
   * @throws FileFailure if there is no such directory
   */
  public ClassLoader library(String name) {
    return library(home.resolve("lib").resolve(name), Distribution.class.getClassLoader());
  }

  // The loader stays open as long as the process: classes are read from it at any time.
  static ClassLoader library(Path directory, ClassLoader parent) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = jars.get(i).toUri().toURL();
      }
      return new URLClassLoader(directory.getFileName().toString(), urls, parent);
    } catch (IOException e) {
      throw FileFailure.of("cannot load an optional library", directory, e);
    }
  }
}
