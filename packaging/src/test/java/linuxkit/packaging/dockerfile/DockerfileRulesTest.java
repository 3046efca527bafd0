package linuxkit.packaging.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Dockerfile of a stranger must not get: files, rights and the network of this machine. */
class DockerfileRulesTest {
  private static final Path FILE = Path.of("app/Dockerfile");

  @TempDir private Path context;

  private static ThrowingCallable anywhere(String text, Map<String, String> arguments) {
    return () -> DockerfileRules.check(FILE, text, arguments, false);
  }

  private ThrowingCallable buildah(String text, Map<String, String> arguments) {
    return () -> BuildahRules.check(FILE, text, context, arguments);
  }

  private static void refused(ThrowingCallable check, int line, String why) {
    assertThatThrownBy(check)
        .isInstanceOf(DockerfileFailure.class)
        .hasMessageContaining(why)
        .hasMessageContaining(line > 0 ? "app/Dockerfile:" + line : "app/Dockerfile");
  }

  private void refused(String text, int line, String why) {
    refused(buildah(text, Map.of()), line, why);
  }

  private void accepted(String text) {
    assertThatCode(buildah(text, Map.of())).doesNotThrowAnyException();
    assertThatCode(anywhere(text, Map.of())).doesNotThrowAnyException();
  }

  @Test
  void grantsNoRightsThatTheDefinitionDoesNot() {
    for (String flag :
        new String[] {
          "--network=host", "--mount=type=tmpfs,target=/t --network=host", "--net\"work\"=host"
        }) {
      refused(anywhere("FROM a\nRUN " + flag + " x\n", Map.of()), 2, "--network=host");
    }
    refused(anywhere("FROM a\nONBUILD run --security=insecure x\n", Map.of()), 2, "insecure");
    accepted("FROM a\nRUN --network=none x\nRUN --network=default --security=sandbox y\n");
    accepted("FROM a\nRUN docker run --network=host\nCMD [\"x\", \"--network=host\"]\n");
  }

  // The image of a syntax runs with a network, whatever the definition says.
  @Test
  void runsNoOtherFrontendWithoutANetwork() {
    refused(anywhere("# syntax=evil/frontend\nFROM a\n", Map.of()), 1, "syntax=evil/frontend");
    refused(anywhere("#!/x\n// SYNTAX = evil/f:1 --x\nFROM a\n", Map.of()), 2, "evil/f:1");
    refused(anywhere("{\"syntax\": \"evil/f\"}\n", Map.of()), 1, "evil/f");
    refused(anywhere("{\"synt\\u0061x\": \"evil\\u002ff\"}\n", Map.of()), 1, "evil/f");
    refused(anywhere("FROM a\n", Map.of("BUILDKIT_SYNTAX", "evil/f")), 0, "BUILDKIT_SYNTAX");
    accepted("# syntax=docker/dockerfile-upstream:1.5.0-rc2-labs\nFROM a\n");
    accepted("#syntax=docker/dockerfile:1\nFROM a\n");
    assertThatCode(() -> DockerfileRules.check(FILE, "# syntax=evil/f\n", Map.of(), true))
        .doesNotThrowAnyException();
  }

  @Test
  void buildahReadsNoImagesOfThisMachine() {
    for (String name :
        new String[] {
          "docker-archive:/a.tar",
          "oci:/a",
          "oci-archive:a.tar",
          "dir:a",
          "docker-daemon:a:b",
          "containers-storage:a",
          "\"oci:/a\"",
          "OCI:a"
        }) {
      refused("FROM " + name + "\n", 1, "a file of this machine");
      refused("FROM a\nCOPY --from=" + name + " /x /x\n", 2, "a file of this machine");
    }
    refused("FROM a\nRUN --mount=from=oci:/a,target=/x y\n", 2, "a file of this machine");
    refused("ARG A=oci\nFROM $A:/etc\n", 2, "a file of this machine");
    refused(buildah("ARG A\nFROM $A\n", Map.of("A", "dir:/x")), 2, "a file of this machine");
    refused("FROM a\nARG A=oci:/a\nCOPY --from=$A /x /x\n", 3, "variables");
    refused("FROM ${A#x}oci:/a\n", 1, "variables");
    accepted("FROM docker:dind AS d\nFROM r.example:5000/a/b:1@sha256:00\nCOPY --from=d /x /x\n");
  }

  // Builders differ in how they find the values, too.
  @Test
  void buildahReadsNoImagesOfThisMachineThroughVariables() {
    String from = "FROM $A\n";
    refused("FROM a\nRUN <<EOF\nFROM ${B:-oci:/a}\nEOF\n", 3, "a file of this machine");
    refused("FROM ${TARGETARCH:+oci:/}a\n", 1, "a file of this machine");
    refused("ARG TARGETARCH\nFROM ${TARGETARCH:+oci:/}a\n", 2, "a file of this machine");
    refused("ARG A=oc\\\ni:/a\n" + from, 1, "must not continue");
    refused("ARG A=a\nAR\\\nG A=oci:/a\n" + from, 2, "must not continue");
    refused("ARG A=oci:/a\nFR\\\nOM $A\n", 2, "must not continue");
    refused("ARG A=a \\\n A=oci:/a\n" + from + "# escape=`\n", 1, "must not continue");
    refused("ARG\u00a0A=oci:/a\n" + from, 2, "a file of this machine");
    accepted("FROM a\nARG A=a \\\n B=b\nRUN x\n");
    accepted("FROM a AS a-amd64\nFROM a-${TARGETARCH}\n");
  }

  @Test
  void buildahMountsNothingOfThisMachine() throws Exception {
    Files.createSymbolicLink(context.resolve("link"), Path.of("/"));
    Files.createDirectory(context.resolve("real"));
    refused("RUN --mount=type=bind,source=link/etc,target=/x y\n", 1, "a link out of the folder");
    refused("RUN --mount=target=/x,src=link y\n", 1, "a link out of the folder");
    Files.createSymbolicLink(context.resolve("later"), Path.of("/proc/2147483647/root"));
    refused("RUN --mount=target=/x,src=later/etc y\n", 1, "a link out of the folder");
    accepted("RUN --mount=target=/x,src=real/missing y\n");
    refused("RUN --mount=type=bind,from=a,source=/l,target=/x y\n", 1, "may be a link");
    refused("RUN --mount=type=bind,target=/x,rw y\n", 1, "\"rw\"");
    refused("RUN --mount=type=bind,target=/x,U y\n", 1, "\"U\"");
    refused("RUN --mount=type=bind,target=/x,bind-propagation=shared y\n", 1, "propagation");
    refused("RUN --mount=type=cache,id=../../etc,target=/x y\n", 1, "other folders");
    refused("RUN --mount=type=cache,id=$A,target=/x y\n", 1, "variables");
    refused("RUN --mount=type=cache,from=a,source=/l,target=/x y\n", 1, "a mount could change");
    refused("RUN --mount=type=cache,target=/x,sharing=locked y\n", 1, "sharing=locked");
    refused(
        "RUN --mount=type=cache,target=/a x\nRUN --mount=type=cache,target=/a/l x\n", 2, "lies in");
    refused("RUN --mount=type=bind,source=a\0,target=/x y\n", 1, "not a valid path");
    refused("RUN --mount=type=cache,id=a\0,target=/x y\n", 1, "not a valid path");
    refused("RUN --mount=type=tmpfs,target=/x --mount=id=../a,target=/y z\n", 1, "have a type");
    refused("RUN --mount=type=tmpfs,type=cache,id=../..,target=/y z\n", 1, "have each option once");
    accepted(
        "RUN --mount=type=bind,source=real,target=/x --mount=type=cache,target=/root/.cache y\n");
    accepted("RUN --mount=type=secret,id=a --mount=type=ssh --mount=type=tmpfs,target=/x y\n");
    accepted("RUN --mount=type=bind,from=a/b:1,target=/x,readonly y\n");
  }

  // Builders differ in how they read lines; what one of them would run is refused.
  @Test
  void findsFlagsHoweverTheyAreWritten() {
    String evil = "=type=cache,id=../../etc,target=/x y\n";
    for (String text :
        new String[] {
          "RUN --m\\ount" + evil,
          "RUN --'mount'" + evil,
          "RUN --mo\\\nunt" + evil,
          "RUN \\\n# comment\n\n  --mount" + evil,
          "FROM a\nRUN x \\\n # y\nRUN --mount" + evil,
          "FROM a\nRUN <<EOF\nRUN --mount" + evil + "EOF\n",
          "FROM a\n# escape=`\nRUN \\\n--mount" + evil,
          "# escape=`\nRUN `\n--mount" + evil,
          "RUN\u00a0--mount" + evil,
          "RUN\f--mount" + evil,
          "\ufeffRUN --mount" + evil,
          "RUN x\rRUN y\nRUN --mount" + evil
        }) {
      assertThatThrownBy(buildah(text, Map.of()))
          .as(text)
          .isInstanceOf(DockerfileFailure.class)
          .hasMessageContaining("other folders");
    }
  }

  @Test
  void endsSoonForEndlessContinuedLines() {
    String text = "FROM a\nRUN " + "\\\n".repeat(900) + "--mount=type=cache,id=../.. x\n";
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> refused(text, 0, "other folders"));
    refused("RUN " + "--x=y \\\n".repeat(5_000) + "z\n", 1, "too many flags");
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> refused("RUN " + "\\\n".repeat(19_000) + "x\n", 1, "too many flags"));
    refused("RUN x\nRUN " + "--x=y ".repeat(101) + "z\n", 2, "too many flags");
    refused("#\n".repeat(20_001), 0, "more than 20,000 lines");
  }

  // Each line may begin an instruction of all that follow it, so memory would grow with the square.
  @Test
  void keepsLittleOfEachInstruction() {
    String text = "echo a\nRUN " + "a ".repeat(1000) + "\n";
    assertThat(CandidateInstructions.of(FILE, text))
        .singleElement()
        .satisfies(run -> assertThat(run.words()).hasSizeLessThan(10));
  }
}
