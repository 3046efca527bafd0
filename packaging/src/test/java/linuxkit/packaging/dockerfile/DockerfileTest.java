package linuxkit.packaging.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DockerfileTest {
  private static List<String> names(String text, Map<String, String> arguments) {
    return Dockerfile.bases(text, arguments).stream().map(Dockerfile.Base::name).toList();
  }

  @Test
  void findsImagesButNoStages() {
    String text =
        """
        # syntax=docker/dockerfile:1
        ARG GO=1.24
        FROM --platform=$BUILDPLATFORM golang:${GO} AS Build
        ARG GO=0
        RUN --mount=type=bind,from=linuxkit/alpine:abc,source=/,target=/x true
        FROM scratch
        COPY --from=build /a /a
        COPY --chown=1:1 --from=linuxkit/ca:1 /b /b
        COPY --from=0 /c /c
        from BUILD as two
        """;
    assertThat(names(text, Map.of()))
        .containsExactly("golang:1.24", "linuxkit/alpine:abc", "linuxkit/ca:1");
    assertThat(Dockerfile.bases(text, Map.of("GO", "2")).getFirst())
        .isEqualTo(new Dockerfile.Base("golang:${GO}", "golang:2"));
  }

  @Test
  void expandsVariablesWithDefaults() {
    assertThat(
            names(
                """
                ARG A
                ARG B="b" C=${B}c
                FROM ${A:-none}/$B:${C:+set} AS x
                FROM r/\\$B
                """,
                Map.of()))
        .containsExactly("none/b:set", "r/$B");
  }

  @Test
  void leavesVariablesThatBuildersSet() {
    String text = "ARG TARGETARCH=x V=1\nFROM a:${TARGETARCH}-$V\nFROM $TARGETARCH\nFROM b:$V\n";
    List<Dockerfile.Base> bases = Dockerfile.knownBases(text, Map.of());
    assertThat(bases)
        .extracting(Dockerfile.Base::name)
        .containsExactly("a:${TARGETARCH}-1", "${TARGETARCH}", "b:1");
    assertThat(bases)
        .extracting(base -> base.reference().isPresent())
        .containsExactly(false, false, true);
  }

  @Test
  void doesNotReadInlineDocumentsAndComments() {
    assertThat(
            names(
                """
                FROM one AS a
                RUN <<EOF cat && \\
                  # a comment between
                  echo $((1<<2))
                FROM nothing
                EOF
                FROM two
                """,
                Map.of()))
        .containsExactly("one", "two");
  }

  @Test
  void joinsContinuedLines() {
    assertThat(names("# escape=`\nFROM `\n  one `\n  AS a\nFROM a\nFROM two", Map.of()))
        .containsExactly("one", "two");
  }
}
