package linuxkit.packaging.debian;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import linuxkit.base.Progress;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.XZInputStream;

/**
 * Resolves requests beside apt, in an archive with the dependencies of the packages of Debian 13
 * that the requests can reach. Both have to choose the same packages, or both have to refuse. The
 * requests do not depend on the order of providers of equal priority, which is by name here, and
 * that of its cache in apt.
 */
class AptAgreementTest extends DebianArchiveFixture {
  private static final int REQUESTS = 101;
  private static final String REFUSED = "refused";

  @Test
  void choosesWhatAptChooses() throws Exception {
    publish();
    List<String> apt = apt(temporary);
    TestArchive.run(temporary, with(apt, "update"));
    Map<String, String> ours = new TreeMap<>();
    Map<String, String> theirs = new TreeMap<>();
    try (DebianArchive debian = new DebianArchive(archive.options(), Progress.silent())) {
      for (String request : resource("requests.txt").lines().toList()) {
        List<String> names = List.of(request.split(" "));
        ours.put(request, ours(debian, names));
        theirs.put(request, theirs(apt, names));
      }
    }
    assertThat(ours).hasSize(REQUESTS).isEqualTo(theirs);
    assertThat(ours).containsEntry("systemd-sysv sysvinit-core", REFUSED);
    assertThat(ours).containsEntry("awk", REFUSED);
    assertThat(ours.values()).filteredOn(REFUSED::equals).hasSize(3);
    assertThat(ours.get("nginx")).contains("nginx-common ", "libc6 ");
  }

  private void publish() throws Exception {
    int number = 0;
    for (String paragraph : resource("packages-of-debian-13.xz").strip().split("\n\n", -1)) {
      archive
          .packages()
          .append(paragraph.strip())
          .append(
              "\nArchitecture: amd64\nFilename: pool/%d.deb\nSize: 1\nSHA256: ".formatted(number))
          .append("%064x\n\n".formatted(number++));
    }
    archive.publish();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(AptAgreementTest.class.getResourceAsStream(name))) {
      byte[] bytes =
          name.endsWith(".xz") ? new XZInputStream(in).readAllBytes() : in.readAllBytes();
      return new String(bytes, UTF_8);
    }
  }

  private static String ours(DebianArchive debian, List<String> names) {
    try {
      return debian.resolve("trixie", List.of("main"), "amd64", names, List.of(), false).stream()
          .map(DebianPackage::toString)
          .sorted()
          .reduce("", (all, one) -> all + one + "\n");
    } catch (DebianFailure e) {
      return REFUSED;
    }
  }

  /** Returns the command apt-get with a configuration that has nothing of this machine's. */
  private List<String> apt(Path folder) throws IOException {
    archive.options();
    for (String name : List.of("etc/preferences.d", "etc/apt.conf.d", "etc/sources.list.d")) {
      Files.createDirectories(folder.resolve(name));
    }
    for (String name : List.of("state/lists/partial", "apt-cache/archives/partial")) {
      Files.createDirectories(folder.resolve(name));
    }
    Files.writeString(folder.resolve("status"), "");
    Files.writeString(
        folder.resolve("etc/sources.list"),
        "deb [signed-by=%s] %s trixie main\n".formatted(folder.resolve("key.gpg"), archive.uri()));
    Path configuration =
        Files.writeString(
            folder.resolve("apt.conf"),
            """
            APT::Architecture "amd64";
            APT::Architectures { "amd64"; };
            APT::Sandbox::User "root";
            APT::Install-Recommends "false";
            Acquire::Check-Valid-Until "false";
            Acquire::Languages "none";
            Dir::Etc "FOLDER/etc";
            Dir::State "FOLDER/state";
            Dir::State::status "FOLDER/status";
            Dir::Cache "FOLDER/apt-cache";
            Dir::Log "FOLDER";
            """
                .replace("FOLDER", folder.toString()));
    return List.of("env", "APT_CONFIG=" + configuration, "http_proxy=", "apt-get", "-q");
  }

  private static String[] with(List<String> command, String... words) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private String theirs(List<String> apt, List<String> names) throws Exception {
    List<String> line = new ArrayList<>(List.of("--simulate", "install"));
    line.addAll(names);
    try {
      return TestArchive.run(temporary, with(apt, line.toArray(String[]::new)))
          .lines()
          .filter(text -> text.startsWith("Inst "))
          .map(text -> text.replaceFirst("Inst (\\S+) \\((\\S+).*", "$1 $2"))
          .sorted()
          .reduce("", (all, one) -> all + one + "\n");
    } catch (IOException _) {
      return REFUSED;
    }
  }
}
