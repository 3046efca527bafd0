package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The threat T6: no code of the working directory runs. */
class EnvironmentThreatTest {
  @TempDir Path work;

  /** The JDK looks for loggers on the class path when the program ends. */
  @ParameterizedTest
  @ValueSource(strings = {".", "", "/usr/share/java/x.jar:"})
  void t6ClassPathOfTheEnvironmentIsNotUsed(String classPath) throws Exception {
    Path source =
        Files.writeString(
            work.resolve("Evil.java"),
            """
            public class Evil extends System.LoggerFinder {
              static {
                try {
                  java.nio.file.Files.createFile(java.nio.file.Path.of("ran"));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }

              public System.Logger getLogger(String name, Module module) {
                return null;
              }
            }
            """);
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
        .isZero();
    Path services = Files.createDirectories(work.resolve("META-INF/services"));
    Files.writeString(services.resolve("java.lang.System$LoggerFinder"), "Evil\n");
    Linuxkit.withCache(work.resolve("cache"))
        .in(work)
        .withEnvironment(Map.of("CLASSPATH", classPath))
        .run("version")
        .succeeds();
    assertThat(work.resolve("ran")).doesNotExist();
  }

  @Test
  void t6OptionsForOtherJavaProgramsAreNotUsed() {
    Linuxkit.Result result =
        Linuxkit.withCache(work.resolve("cache"))
            .in(work)
            .withEnvironment(
                Map.of(
                    "JAVA_TOOL_OPTIONS", "-Dx=y",
                    "_JAVA_OPTIONS", "-Dx=y",
                    "JDK_JAVA_OPTIONS", "-Dx=y",
                    "JDK_AOT_VM_OPTIONS", "-Xlog:all"))
            .run("version")
            .succeeds();
    assertThat(result.err()).isEmpty();
  }
}
