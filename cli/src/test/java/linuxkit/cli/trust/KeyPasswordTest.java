package linuxkit.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.cli.Run;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that signs takes the password of its key in one way. */
class KeyPasswordTest {
  private static final String ENCRYPTED =
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjPPPXPuLXHpgICCAAw
      DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEENTn/2vy35BZSbt16RTFEnwEQPW5
      m6rGpViUiD+02Q7CSuQpMu9LQvavognaBnUFaACbjYDxLcbBCIOOU/kMYNIJts+q
      Xq3mI+8+T0jn8S4T8A0=
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  @TempDir Path folder;

  private Run run(String line, String... more) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    words.addAll(List.of(more));
    return Run.of(Map.of("HOME", folder.toString()), words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sign --key KEY registry.example/app:1",
        "attest --key KEY --type spdx --predicate FILE registry.example/app:1",
        "cache push --sign KEY registry.example/app:1",
        "pkg push --sign KEY DIR",
        "pkg build --sign KEY DIR",
        "pkg manifest --sign KEY DIR",
        "build --provenance OUT --sign KEY YML"
      })
  void takesAFileOrAVariable(String line) throws IOException {
    Path key = Files.writeString(folder.resolve("key.pem"), ENCRYPTED);
    Path package1 = Files.createDirectory(folder.resolve("pkg"));
    Files.writeString(package1.resolve("build.yml"), "image: app\n");
    Files.writeString(package1.resolve("Dockerfile"), "FROM scratch\n");
    Path yml = Files.writeString(folder.resolve("x.yml"), "files: [{path: a, contents: b}]\n");
    Path json = Files.writeString(folder.resolve("x.json"), "{}");
    String filled =
        line.replace("KEY", key.toString())
            .replace("DIR", package1.toString())
            .replace("FILE", json.toString())
            .replace("YML", yml.toString())
            .replace("OUT", folder.resolve("out.json").toString());
    String variable = run(filled, "--key-password", "env:NO_SUCH_VARIABLE").err();
    assertThat(variable).contains("NO_SUCH_VARIABLE");
    Path missing = folder.resolve("no-password");
    assertThat(run(filled, "--key-password", missing.toString()).err())
        .contains(missing.toString());
    for (String gone : List.of("--key-password-file", "--key-password-env")) {
      assertThat(run(filled, gone, "x").err()).contains("unknown option").contains(gone);
    }
  }
}
