package linuxkit.oci.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.registry.RegistryFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginsTest {
  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void prefersTheLongestPath() throws IOException {
    config(
        "{\"auths\":{\"r.example\":%s,\"r.example/team\":%s,\"r.example/team/app\":%s}}"
            .formatted(auth("a"), auth("b"), auth("c")));

    assertThat(find("r.example", "team/app")).contains(password("c"));
    assertThat(find("r.example", "team/other/x")).contains(password("b"));
    assertThat(find("r.example", "teams")).contains(password("a"));
    assertThat(find("R.EXAMPLE", "x")).contains(password("a"));
  }

  @Test
  void usesALoginForItsHostAndPortOnly() throws IOException {
    config("{\"auths\":{\"r.example\":%s}}".formatted(auth("a")));

    assertThat(find("r.example:5000", "x")).isEmpty();
    assertThat(find("r.example.evil", "x")).isEmpty();
    assertThat(find("docker.io", "r.example/x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://index.docker.io/v1/",
        "index.docker.io/v1",
        "docker.io",
        "https://registry-1.docker.io",
      })
  void findsDockerHubUnderAllItsNames(String key) throws IOException {
    config("{\"auths\":{\"%s\":%s}}".formatted(key, auth("a")));

    assertThat(find("registry-1.docker.io", "library/redis")).contains(password("a"));
  }

  @Test
  void acceptsUrlsAsKeys() throws IOException {
    config("{\"auths\":{\"https://r.example:5000/v2/\":%s}}".formatted(auth("a")));

    assertThat(find("r.example:5000", "x")).contains(password("a"));
  }

  @Test
  void readsUserAndPasswordAndIdentityTokens() throws IOException {
    config(
        """
        {"auths": {
          "a": {"username": "u", "password": "p:w"},
          "b": {"auth": "dTpwOnc=", "identitytoken": "id"},
          "c": {"auth": "dTpwAA==", "email": null},
          "d": {}
        }, "HttpHeaders": {"x": "y"}}
        """);

    assertThat(find("a", "x")).contains(new Credential.Password("u", "p:w"));
    assertThat(find("b", "x")).contains(new Credential.IdentityToken("id"));
    assertThat(find("c", "x")).contains(new Credential.Password("u", "p"));
    assertThat(find("d", "x")).isEmpty();
  }

  @Test
  void readsDockersFileBeforePodmans() throws IOException {
    Path named =
        Files.writeString(
            home.resolve("named.json"), "{\"auths\":{\"r\":%s}}".formatted(auth("n")));
    Path containers = Files.createDirectories(home.resolve("run/containers"));
    Files.writeString(
        containers.resolve("auth.json"), "{\"auths\":{\"r\":%s}}".formatted(auth("run")));
    environment.put("HOME", home.toString());
    environment.put("XDG_RUNTIME_DIR", home.resolve("run").toString());
    assertThat(find("r", "x")).contains(password("run"));

    environment.put("REGISTRY_AUTH_FILE", named.toString());
    assertThat(find("r", "x")).contains(password("n"));

    Files.createDirectories(home.resolve(".docker"));
    Files.writeString(
        home.resolve(".docker/config.json"), "{\"auths\":{\"r\":%s}}".formatted(auth("d")));
    assertThat(find("r", "x")).contains(password("d"));

    environment.put("DOCKER_CONFIG", home.resolve("empty").toString());
    assertThat(find("r", "x")).contains(password("n"));
  }

  @Test
  void hasNoLoginsWithoutAFile() {
    assertThat(find("r", "x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"auths\":[]}",
        "{\"auths\":{\"r\":\"sesame\"}}",
        "{\"auths\":{\"r\":{\"auth\":\"sesame!\"}}}",
        "{\"auths\":{\"r\":{\"auth\":\"c2VzYW1l\"}}}",
        "{\"auths\":{\"r\":{\"auth\":5}}}",
        "{\"credsStore\":\"../../bin/sh\"}",
        "{\"credHelpers\":{\"r\":\"a b\"}}",
        "{\"auths\":{\"r\":{\"password\":\"sesame",
      })
  void namesAMalformedFileWithoutItsSecrets(String content) throws IOException {
    config(content);

    assertThatThrownBy(() -> find("r", "x"))
        .isInstanceOf(RegistryFailure.Misconfigured.class)
        .hasMessageStartingWith(home.resolve("config.json") + ": cannot use the registry logins: ")
        .hasMessageNotContainingAny("sesame", "c2VzYW1l")
        .hasNoCause();
  }

  @Test
  void asksACredentialHelper() throws IOException {
    helper(
        "vault",
        "read server; [ \"$1\" = get ] && [ \"$server\" = r.example ] || exit 3;"
            + " echo '{\"ServerURL\":\"x\",\"Username\":\"u\",\"Secret\":\"s\"}'");
    config(
        "{\"credHelpers\":{\"r.example\":\"vault\"},\"auths\":{\"other\":%s}}"
            .formatted(auth("o")));

    assertThat(find("r.example", "a/b")).contains(new Credential.Password("u", "s"));
    assertThat(find("other", "a/b")).contains(password("o"));
  }

  @Test
  void asksTheDefaultHelperWithDockerHubsOldName() throws IOException {
    helper(
        "all",
        "read server; [ \"$server\" = https://index.docker.io/v1/ ] || exit 3;"
            + " echo '{\"Username\":\"<token>\",\"Secret\":\"s\"}'");
    config("{\"credsStore\":\"all\",\"auths\":{\"https://index.docker.io/v1/\":{}}}");

    assertThat(find("registry-1.docker.io", "library/redis"))
        .contains(new Credential.IdentityToken("s"));
  }

  @Test
  void acceptsAHelperWithoutALogin() throws IOException {
    helper("all", "echo 'credentials not found in native keychain'; exit 1");
    config("{\"credsStore\":\"all\",\"auths\":{\"r\":%s}}".formatted(auth("a")));

    assertThat(find("r", "x")).contains(password("a"));
    assertThat(find("q", "x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo sesame",
        "echo '{\"Username\":5,\"Secret\":\"sesame\"}'",
        "echo '[\"sesame\"]'",
        "echo '{\"Secret\":\"sesame\"'",
        "yes sesame",
        "echo sesame; exit 7",
        "exec </dev/null; echo sesame",
      })
  void namesAHelperWithMalformedOutputWithoutQuotingIt(String script) throws IOException {
    helper("bad", script);
    config("{\"credsStore\":\"bad\"}");

    assertThatThrownBy(() -> find("r", "x"))
        .isInstanceOf(RegistryFailure.Misconfigured.class)
        .hasMessageStartingWith(
            home.resolve("docker-credential-bad")
                + ": cannot get the login for r from the credential helper: ")
        .hasMessageNotContaining("sesame")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleep 600", "sleep 600 & exec 1>&- 2>&-; sleep 600", "setsid sleep 600"})
  void f2DoesNotWaitForAChildOfTheHelper(String script) throws IOException {
    helper("slow", script);
    long begun = System.nanoTime();

    assertThatThrownBy(
            () ->
                CredentialHelper.get(
                    home.resolve("docker-credential-slow"), "r", Duration.ofMillis(300)))
        .isInstanceOf(RegistryFailure.Misconfigured.class)
        .hasMessageContaining("the program does not ");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void continuesWithoutAMissingHelper() throws IOException {
    config("{\"credsStore\":\"desktop\"}");

    assertThat(find("r", "x")).isEmpty();
  }

  /** The threat T6. */
  @ParameterizedTest
  @ValueSource(strings = {"", ".", ":", ":/usr/bin"})
  void t6HelperInTheWorkingDirectoryIsNotRun(String path) throws IOException {
    Path program = Path.of("docker-credential-here");
    Files.writeString(program, "#!/bin/sh\necho '{\"Username\":\"u\",\"Secret\":\"s\"}'\n");
    try {
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      config("{\"credsStore\":\"here\"}");
      environment.put("PATH", path);
      assertThat(find("r", "x")).isEmpty();
    } finally {
      Files.delete(program);
    }
  }

  @Test
  void keepsSecretsOutOfToString() {
    assertThat(new Credential.Password("u", "sesame").toString()).doesNotContain("sesame");
    assertThat(new Credential.IdentityToken("sesame").toString()).doesNotContain("sesame");
  }

  @FuzzTest
  void readsOrRefusesAnyFile(byte[] content) {
    try {
      DockerConfig.parse(content, "file").login("r");
    } catch (RegistryFailure.Misconfigured failure) {
      assertThat(failure).hasMessageStartingWith("file: cannot use the registry logins: ");
    }
  }

  private Optional<Credential> find(String authority, String repository) {
    return Logins.of(environment, Progress.silent()).find(authority, repository);
  }

  private void config(String content) throws IOException {
    Files.writeString(home.resolve("config.json"), content);
    environment.put("DOCKER_CONFIG", home.toString());
  }

  private void helper(String name, String script) throws IOException {
    Path program = home.resolve("docker-credential-" + name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    environment.put("PATH", "/nowhere:" + home);
  }

  private static String auth(String user) {
    return "{\"auth\":\""
        + Base64.getEncoder().encodeToString((user + ":secret").getBytes(UTF_8))
        + "\"}";
  }

  private static Credential password(String user) {
    return new Credential.Password(user, "secret");
  }
}
