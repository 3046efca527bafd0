package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.Platform;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.Test;

class PackageBuilderTest extends ComponentFixture {
  @Test
  void installsFilesOfAllKinds() throws Exception {
    write("tree/run.sh", "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        folder.resolve("tree/run.sh"), PosixFilePermissions.fromString("rwx------"));
    write("tree/below/data", "data");
    // To git, and so to the name of the image, this is no program, whoever may execute it.
    Files.setPosixFilePermissions(
        folder.resolve("tree/below/data"), PosixFilePermissions.fromString("rw-r-xr-x"));
    Files.createSymbolicLink(folder.resolve("tree/link"), Path.of("run.sh"));
    define(
        """
        image: hello
        files:
          - {path: /etc/tree, source: tree, uid: 7}
          - {path: /bin/service, guest: true}
          - {path: /etc/init.d/020-x, symlink: /usr/bin/service}
          - {path: /var/lib/x, directory: true, mode: "0700"}
          - {path: /etc/issue, contents: "first"}
          - {path: /etc/issue, contents: "second", mode: "0600", gid: 5}
        command: [/bin/service, --x]
        env: [A=b]
        cwd: /var
        labels: {com.example: yes please}
        config: {binds: ["/a:/b"], capabilities: [all]}
        """);
    ImageStore store = store("cache");
    Descriptor index = build(store, false, AMD64, ARM64);
    assertThat(list(store, index, ARM64))
        .containsExactly(
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 bin",
            "-rwxr-xr-x 0/0 15 2017-04-18 16:30:00 bin/service",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 etc",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 etc/init.d",
            "lrwxrwxrwx 0/0 0 2017-04-18 16:30:00 etc/init.d/020-x -> /usr/bin/service",
            "-rw------- 0/5 6 2017-04-18 16:30:00 etc/issue",
            "drwxr-xr-x 7/0 0 2017-04-18 16:30:00 etc/tree",
            "drwxr-xr-x 7/0 0 2017-04-18 16:30:00 etc/tree/below",
            "-rw-r--r-- 7/0 4 2017-04-18 16:30:00 etc/tree/below/data",
            "lrwxrwxrwx 7/0 0 2017-04-18 16:30:00 etc/tree/link -> run.sh",
            "-rwxr-xr-x 7/0 10 2017-04-18 16:30:00 etc/tree/run.sh",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 var",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 var/lib",
            "drwx------ 0/0 0 2017-04-18 16:30:00 var/lib/x");
    ImageConfig config = config(store, index, ARM64);
    assertThat(config.architecture()).isEqualTo("arm64");
    assertThat(config.process().cmd()).containsExactly("/bin/service", "--x");
    assertThat(config.process().env()).containsExactly("A=b");
    assertThat(config.process().workingDir()).isEqualTo("/var");
    assertThat(config.labels())
        .containsEntry("com.example", "yes please")
        .containsEntry(
            "org.mobyproject.config", "{\"capabilities\":[\"all\"],\"binds\":[\"/a:/b\"]}")
        .containsKey(FilesSource.GUEST_LABEL);
  }

  @Test
  void derivesNamesFromFlags() throws Exception {
    define("image: hello\norg: mine\ntag: v1-{{.Hash}}\nfiles: [{path: /x, contents: y}]\n");
    PackageFolder read = PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
    assertThat(read.tag()).matches("v1-[0-9a-f]{40}");
    assertThat(read.platforms()).containsExactly(AMD64, ARM64, Platform.linux("riscv64"));
    assertThat(options("abc", false, "theirs", "")).isEqualTo("docker.io/theirs/hello:v1-abc");
    assertThat(options("", true, "", "")).isEqualTo("docker.io/me/hello:v1-dev");
    assertThat(options("abc", true, "theirs", "t-{{ .Hash }}"))
        .isEqualTo("docker.io/theirs/hello:t-abc");
  }

  private String options(String hash, boolean dev, String org, String tag) {
    PackageOptions options =
        new PackageOptions(
            Optional.of(hash).filter(s -> !s.isEmpty()),
            Optional.empty(),
            "HEAD",
            Optional.of(org).filter(s -> !s.isEmpty()),
            Optional.of(tag).filter(s -> !s.isEmpty()),
            Optional.of("me").filter(_ -> dev),
            false,
            "build.yml");
    return PackageFolder.read(folder, options, Map.of()).reference().toString();
  }
}
