package linuxkit.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.cli.Run;
import org.junit.jupiter.api.Test;

/** Looks after the caches of builders. */
class BuilderCachesTest extends PublishFixture {
  @Test
  void looksAfterTheCachesOfBuildersThatAreThere() throws Exception {
    Path programs = Files.createDirectory(directory.resolve("programs"));
    Run none = builder(programs, "du");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("no program that builds from a Dockerfile can be used");

    program(programs, "buildah", "case $1 in version|--version) echo 1.28;; *) echo '{}';; esac");
    Run without = builder(programs, "du", "--builder", "buildah");
    assertThat(without.status()).isEqualTo(1);
    assertThat(without.err()).contains("buildah");

    program(programs, "buildctl", "printf 'ID\\tSIZE\\n%s\\n' \"$*\"");
    assertThat(builder(programs, "du").out()).isEqualTo("ID      SIZE\ndu\n");
    assertThat(
            builder(
                    programs,
                    "prune",
                    "--builders",
                    "linux/amd64=tcp://a:1,linux/arm64=tcp://b:2",
                    "--platforms",
                    "linux/arm64,linux/amd64")
                .out())
        .containsSubsequence("--addr tcp://b:2 prune", "--addr tcp://a:1 prune");

    program(
        programs, "docker", "case \"$*\" in 'buildx inspect nothing') exit 1;; esac; echo \"$*\"");
    assertThat(builder(programs, "prune", "--builder", "docker", "--builder-name", "mine").out())
        .isEqualTo("buildx prune --builder mine --force\n");
    Run unknown = builder(programs, "du", "--builder", "docker", "--builder-name", "nothing");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err()).contains("docker buildx has no builder named nothing");
    program(programs, "buildctl", "case $* in *prune*) echo broken; exit 3;; esac");
    Run failed = builder(programs, "prune");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err()).contains("buildctl failed with status 3: broken");
    assertThat(builder(programs, "nothing").status()).isEqualTo(1);
  }
}
