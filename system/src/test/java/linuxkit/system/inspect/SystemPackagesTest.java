package linuxkit.system.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import linuxkit.fixtures.ProgressLog;
import linuxkit.system.assembly.MemoryImages;
import org.junit.jupiter.api.Test;

class SystemPackagesTest {
  private final ProgressLog progress = new ProgressLog();

  @Test
  void readsDatabasesInAnyFolder() {
    MemoryImages images =
        new MemoryImages()
            .add(
                "lk/deb:1",
                f ->
                    f.file(
                        "var/lib/dpkg/status",
                        """
                        Package: gone
                        Status: deinstall ok config-files
                        Version: 1

                        Package: there
                        Status: install ok installed
                        Description: long
                         Package: not
                        Version: 2:3-4

                        Package: half
                        Status: install reinstreq half-installed
                        Version: 5

                        Package: ../no
                        Version: 6
                        """))
            .add(
                "lk/slim:1",
                f ->
                    f.file("var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.41\n")
                        .file("var/lib/dpkg/status.d/libc6.md5sums", "Package: not\n")
                        .file("etc/lib/apk/db/installed/x", "P:not\n"));
    assertThat(
            SystemPackages.read(
                Manifests.assemble(
                    "init: [lk/slim:1]\nservices: [{name: a, image: lk/deb:1}]", images),
                progress))
        .containsExactly(
            new ComponentPackage(
                new Component(Component.Kind.INIT, "docker.io/lk/slim"), "deb", "libc6", "2.41"),
            new ComponentPackage(new Component(Component.Kind.SERVICES, "a"), "deb", "half", "5"),
            new ComponentPackage(
                new Component(Component.Kind.SERVICES, "a"), "deb", "there", "2:3-4"));
    assertThat(progress.warnings())
        .containsExactly(
            "/containers/services/a/lower/var/lib/dpkg/status, list of packages of dpkg:"
                + " invalid entries, which are left out: 1");
  }
}
