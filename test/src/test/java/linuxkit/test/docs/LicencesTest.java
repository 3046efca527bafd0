package linuxkit.test.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the licences that the distribution carries, and the script that collects them. */
final class LicencesTest {
  private static final Pattern TEXT = Pattern.compile("text: (\\S+)(?: and (\\S+))?");

  @TempDir Path folder;
  private Path modules;
  private Path distribution;

  private record Outcome(int status, String output) {}

  @BeforeEach
  void emptyDistribution() throws IOException {
    modules = Files.createDirectory(folder.resolve("modules"));
    distribution = Files.createDirectory(folder.resolve("distribution"));
    Path legal = distribution.resolve("runtime/legal/java.base");
    Files.createDirectories(legal);
    Files.writeString(legal.resolve("LICENSE"), "the JDK's");
  }

  @Test
  void noticeNamesOnlyTextsThatExist() throws IOException {
    Path home = Linuxkit.distribution();
    List<String> texts = new ArrayList<>();
    Matcher matcher = TEXT.matcher(Files.readString(home.resolve("NOTICE")));
    while (matcher.find()) {
      texts.add(matcher.group(1));
      if (matcher.group(2) != null) {
        texts.add(matcher.group(2));
      }
    }
    assertThat(texts)
        .contains("LICENSE", "licences/libc", "licences/xz", "licences/zstd-jni", "runtime/legal")
        .allSatisfy(text -> assertThat(home.resolve(text)).exists());
  }

  @Test
  void usesTheTextInAJar() throws IOException, InterruptedException {
    library("BSD-2-Clause", "META-INF/LICENSE.txt");

    assertThat(collect()).isEqualTo(new Outcome(0, ""));

    assertThat(distribution.resolve("licences/example/LICENSE.txt")).hasContent("its text");
    assertThat(distribution.resolve("NOTICE"))
        .content()
        .contains("example 1.2", "text: licences/example");
  }

  @Test
  void apacheLibrariesShareTheProjectsText() throws IOException, InterruptedException {
    library("Apache License, Version 2.0", "example/Some.class");

    assertThat(collect().status()).isZero();

    assertThat(distribution.resolve("NOTICE")).content().contains("text: LICENSE\n");
  }

  @Test
  void failsWithoutALicenceText() throws IOException, InterruptedException {
    library("BSD-2-Clause", "example/Some.class");

    Outcome outcome = collect();

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("example 1.2 (BSD-2-Clause)", "third-party/licences/example");
    assertThat(distribution.resolve("NOTICE")).doesNotExist();
  }

  @Test
  void failsForAnUnknownNativeLibrary() throws IOException, InterruptedException {
    library("Apache License, Version 2.0", "example/Some.class");
    Files.createFile(distribution.resolve("libexample-1.2.so"));

    Outcome outcome = collect();

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).contains("third-party/licences/libexample\n");
  }

  private void library(String licence, String member) throws IOException {
    Files.writeString(
        modules.resolve("example-1.2.pom"),
        """
        <project>
          <groupId>org.example</groupId><artifactId>example</artifactId><version>1.2</version>
          <licenses><license><name>%s</name></license></licenses>
        </project>
        """
            .formatted(licence));
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(modules.resolve("example-1.2.jar")))) {
      jar.putNextEntry(new ZipEntry(member));
      jar.write("its text".getBytes(StandardCharsets.UTF_8));
    }
  }

  private Outcome collect() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("build/licences", modules.toString(), distribution.toString())
            .directory(Linuxkit.projectFolder().toFile())
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("LICENCES_LIBC", Linuxkit.projectFolder() + "/LICENSE");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
