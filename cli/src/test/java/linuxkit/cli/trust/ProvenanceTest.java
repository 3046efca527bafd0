package linuxkit.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Sha256;
import linuxkit.cli.Run;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes provenance and checks outputs against it. */
class ProvenanceTest extends ProvenanceFixture {
  private static final String LAYER = "containers/services/app/lower/";

  private static JsonObject object(Json json, String... path) {
    Json at = json;
    for (String name : path) {
      at = ((JsonObject) at).get(name).orElseThrow();
    }
    return (JsonObject) at;
  }

  @Test
  void hasTheMembersOfTheSpecificationAndNothingOfTheMachine() throws IOException {
    JsonObject statement = object(Json.parse(Files.readAllBytes(provenance), ""));
    assertThat(statement.members().keySet())
        .containsExactly("_type", "subject", "predicateType", "predicate");
    assertThat(statement.get("_type")).contains(new JsonString("https://in-toto.io/Statement/v1"));
    assertThat(statement.get("predicateType"))
        .contains(new JsonString("https://slsa.dev/provenance/v1"));
    assertThat(object(statement, "predicate").members().keySet())
        .containsExactly("buildDefinition", "runDetails");
    JsonObject definition = object(statement, "predicate", "buildDefinition");
    assertThat(definition.members().keySet())
        .containsExactly(
            "buildType", "externalParameters", "internalParameters", "resolvedDependencies");
    assertThat(object(statement, "predicate", "runDetails").members().keySet())
        .containsExactly("builder", "byproducts");
    for (Json each :
        ((JsonArray) definition.get("resolvedDependencies").orElseThrow()).elements()) {
      assertThat(List.of("name", "uri", "digest", "mediaType", "annotations"))
          .containsAll(((JsonObject) each).members().keySet());
    }
    String text = Files.readString(provenance).replace(source.toString(), "SOURCE");
    assertThat(text)
        .contains("pkg:oci/app@sha256%3A")
        .contains(Sha256.of(tar))
        .doesNotContain(folder.toString(), System.getProperty("user.name") + "@");
  }

  @Test
  void sameBuildElsewhereHasTheSameBytes() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("else/where"));
    Files.copy(manifest, elsewhere.resolve("system.yml"));
    Path second = elsewhere.resolve("second.json");
    Run run =
        run(
            elsewhere,
            "build",
            "--arch=amd64",
            "--format=tar,kernel+initrd",
            "--dir",
            elsewhere,
            "--provenance",
            second,
            elsewhere.resolve("system.yml"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(second).hasSameBinaryContentAs(provenance);
  }

  @Test
  void leavesOutTheQueryOfAnAddress() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] text = "files: [{path: a, contents: b}]\n".getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/x.yml",
        exchange -> {
          exchange.sendResponseHeaders(200, text.length);
          exchange.getResponseBody().write(text);
          exchange.close();
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/x.yml";
    Path out = folder.resolve("x.tar");
    try {
      Run run = run("build", "--o", out, "--provenance", provenance, address + "?token=secret");
      assertThat(run.status()).as(run.err()).isZero();
    } finally {
      server.stop(0);
    }
    assertThat(Files.readString(provenance)).contains(address).doesNotContain("secret");
    Run again = run("verify", out, "--provenance", provenance, "--rebuild");
    assertThat(again.out()).as(again.err()).contains("rebuild       reproduced");
  }

  @Test
  void acceptsAndReproducesTheOutputs() {
    Run run = verify("--rebuild", folder.resolve("system-initrd.img"));
    assertThat(run.status()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            signature     not signed
            subjects      all 2 files are outputs of the build
            dependencies  not compared, because there is no lock file
            rebuild       reproduced
            """);
    assertThat(verify("--json").out())
        .contains("\"verified\": true", "\"check\": \"signature\"", "\"result\": \"skipped\"");
  }

  @Test
  void namesTheFileOfAChangedByteInAnOutput() throws IOException {
    byte[] bytes = Files.readAllBytes(tar);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf("hello") + 4]++;
    Files.write(tar, bytes);
    refused(
        verify("--rebuild"),
        tar + " has the SHA-256 " + Sha256.of(tar),
        "system.tar differs: /" + LAYER + "greeting at byte 4",
        "subjects: the files are not the outputs of the build");
  }

  @Test
  void namesAFileThatTheBuildTakesFromThisMachine() throws IOException {
    Files.writeString(source, "0123456x89");
    refused(
        verify("--rebuild", folder.resolve("system-initrd.img")),
        "system.tar differs: /etc/taken at byte 7",
        "system-initrd.img differs: /etc/taken at byte 7",
        "the file " + source + " is not the one of the first build");
    assertThat(verify().status()).isZero();
  }

  @Test
  void refusesAFileThatIsNotAnOutput() {
    refused(run("verify", source, "--provenance", provenance), "is not an output of the build");
    Path renamed = folder.resolve("renamed.tar");
    assertThat(tar.toFile().renameTo(renamed.toFile())).isTrue();
    assertThat(run("verify", renamed, "--provenance", provenance).status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"decompressKernel\": false', '\"decompressKernel\": 0', decompressKernel is not true or false",
    "'\"kind\": \"named\"', '\"kind\": \"other\"', kind is not known to this version of linuxkit",
    "'\"vmdk\"', '\"vmdx\"', outputs.vmdx is not known to this version of linuxkit",
    "'\"name\": \"system\"', '\"name\": \"../x\"', target.name is not the name of a file",
    "'\"name\": \"system.yml\"', '\"name\": \"/system.yml\"', name is not the name of a file",
    "'contents: abc', 'contents: abd', sha256 is not that of the text",
    "'linux/amd64', 'linux/arm64', arm64",
    "'docker.io/library/app:1', 'docker.io/library/app:2', which is not a dependency",
    "'\"initrdCompression\": \"zstd:2\"', '\"initrdCompression\": \"gzip\"', system-initrd.img",
    "'\"sourceDateEpoch\": \"\"', '\"sourceDateEpoch\": \"7\"', differs: the attributes of /",
  })
  void refusesOtherParametersOfASecondBuild(String from, String to, String text)
      throws IOException {
    edit(from, to);
    refused(verify("--rebuild"), text);
  }

  @ParameterizedTest
  @CsvSource({
    "slsa.dev/provenance/v1, slsa.dev/provenance/v2, predicateType is not",
    "linuxkit/build/v1, linuxkit/build/v2, buildType is not",
    "in-toto.io/Statement/v1, in-toto.io/Statement/v9, _type is not",
    "\"subject\": [, \"other\": [, subject has no output",
    "system-initrd.img, system-cmdline, occurs twice",
    "system-initrd.img, ../system-initrd.img, name is not the name of a file",
    "\"sha256\": \", \"sha1\": \", subject[0].digest.sha256 is missing",
  })
  void refusesOtherStatements(String from, String to, String text) throws IOException {
    edit(from, to);
    if (to.equals("system-cmdline")) {
      edit("system.tar", to);
    }
    refused(verify(), text);
  }

  @Test
  void takesFilesOfOtherFoldersOnlyWithPermission() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    refused(
        run("verify", tar, "--provenance", provenance, "--rebuild", "--from", elsewhere),
        "a manifest in a provenance must not take files of other folders: " + source,
        "--allow-source DIR");
    Path out = folder.resolve("system-initrd.img");
    assertThat(
            run("verify", tar, out, "--provenance", provenance, "--rebuild", "--from", folder)
                .out())
        .contains("reproduced");
  }
}
