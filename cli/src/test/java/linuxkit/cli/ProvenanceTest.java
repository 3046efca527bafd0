package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Sha256;
import linuxkit.engine.lock.LockFile;
import linuxkit.engine.lock.LockedImage;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes provenance and checks outputs against it, with an image that is only in the store. */
class ProvenanceTest {
  private static final String IMAGE = "docker.io/library/app:1";
  private static final String LAYER = "containers/services/app/lower/";

  @TempDir Path folder;
  private Path manifest;
  private Path source;
  private Path provenance;
  private Path tar;

  @BeforeEach
  void build() throws IOException {
    Path archive = SavedImage.write(folder.resolve("app.tar"), "app:1", "amd64", "");
    assertThat(run("cache", "import", archive).status()).isZero();
    source = Files.writeString(folder.resolve("source.txt"), "0123456789");
    manifest =
        Files.writeString(
            folder.resolve("system.yml"),
            """
            services: [{name: app, image: "app:1", command: [/greeting]}]
            files: [{path: etc/taken, source: "%s"}, {path: etc/given, contents: abc}]
            """
                .formatted(source));
    provenance = folder.resolve("system.json");
    tar = folder.resolve("system.tar");
    assertThat(build("--provenance", provenance).status()).isZero();
  }

  private Run run(Object... args) {
    return run(folder, args);
  }

  private Run run(Path home, Object... args) {
    List<String> all = new ArrayList<>(List.of("--cache", folder.resolve("cache").toString()));
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return Run.of(Map.of("HOME", home.toString()), all.toArray(String[]::new));
  }

  private Run build(Object... flags) {
    List<Object> all = new ArrayList<>(List.of("build", "--arch", "amd64", "--dir", folder));
    all.addAll(List.of("--format", "tar,kernel+initrd"));
    all.addAll(List.of(flags));
    all.add(manifest);
    return run(all.toArray());
  }

  private Run verify(Object... args) {
    List<Object> all = new ArrayList<>(List.of("verify", tar, "--provenance", provenance));
    all.addAll(List.of(args));
    if (all.contains("--rebuild")) {
      all.addAll(List.of("--allow-source", folder));
    }
    return run(all.toArray());
  }

  private static void refused(Run run, String... texts) {
    assertThat(run.out() + run.err()).contains(texts).doesNotContain("\tat ");
    assertThat(run.status()).isEqualTo(1);
  }

  private void edit(String from, String to) throws IOException {
    String text = Files.readString(provenance);
    assertThat(text).contains(from);
    Files.writeString(provenance, text.replace(from, to));
  }

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
  void checksTheSignatureBeforeASecondBuild() throws IOException, GeneralSecurityException {
    Path key = keys("mine");
    keys("other");
    Path mine = folder.resolve("mine.pub");
    refused(verify("--key", mine), "the provenance is not signed");
    assertThat(build("--provenance", provenance, "--sign", key).status()).isZero();
    Run good = verify("--key", folder.resolve("other.pub"), "--key", mine, "--rebuild");
    assertThat(good.status()).as(good.out() + good.err()).isZero();
    assertThat(good.out()).contains("signature     by the ", "rebuild       reproduced");
    assertThat(verify().out()).contains("signature     signed, but not checked: no key is given");
    refused(
        verify("--key", folder.resolve("other.pub"), "--rebuild"),
        "the signature of the envelope is wrong",
        "not built again, because of the signature");
    String payload =
        Files.readString(provenance).replaceAll("(?s).*\"payload\":\"([^\"]*)\".*", "$1");
    String forged = new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8);
    forged = forged.replace("\"labels\":true", "\"labels\":false");
    edit(payload, Base64.getEncoder().encodeToString(forged.getBytes(StandardCharsets.UTF_8)));
    refused(verify("--key", mine), "the signature of the envelope is wrong");
  }

  @Test
  void refusesFlagsThatNeedOthers() throws IOException {
    refused(build("--sign", "key"), "--sign signs the provenance, which is not requested");
    refused(build("--provenance", provenance, "--key-password", "x"), "add --sign KEY");
    refused(build("--provenance", tar), "the provenance needs a file of its own");
    refused(run("verify", tar), "add --provenance FILE");
    Path missing = folder.resolve("missing.key");
    byte[] before = Files.readAllBytes(provenance);
    refused(build("--provenance", provenance, "--sign", missing), "missing.key");
    assertThat(provenance).hasBinaryContent(before);
  }

  /** Writes a key pair as NAME.key and NAME.pub. */
  private Path keys(String name) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    pem(name + ".pub", "PUBLIC KEY", pair.getPublic().getEncoded());
    return pem(name + ".key", "PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  private Path pem(String file, String label, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Path path =
        Files.writeString(
            folder.resolve(file),
            "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, text));
    path.toFile().setReadable(false, false);
    path.toFile().setReadable(true, true);
    return path;
  }

  @Test
  void comparesTheDependenciesWithALockFile() throws IOException {
    String digest =
        Files.readString(provenance)
            .replaceAll("(?s).*pkg:oci/app@sha256%3A([0-9a-f]{64}).*", "$1");
    Path lock = lock(Map.of(IMAGE, digest));
    Run good = verify("--lock", lock);
    assertThat(good.status()).as(good.out() + good.err()).isZero();
    assertThat(good.out()).contains("dependencies  they are those of " + lock);
    refused(
        verify("--lock", lock(Map.of(IMAGE, "0".repeat(64)))),
        "the build used " + IMAGE + " as sha256:" + digest + ", not sha256:000");
    refused(
        verify("--lock", lock(Map.of())),
        "the build used " + IMAGE + ", which the lock file does not have");
    refused(
        verify("--lock", lock(Map.of(IMAGE, digest, "docker.io/library/other:1", digest))),
        "the build did not use docker.io/library/other:1 of the lock file");
  }

  @Test
  void findsTheLockFileInTheFolderOfTheManifest() throws IOException {
    lock(Map.of());
    assertThat(verify().status()).isZero();
    refused(verify("--from", folder), "which the lock file does not have");
  }

  private Path lock(Map<String, String> digests) throws IOException {
    SortedMap<String, LockedImage> images = new TreeMap<>();
    digests.forEach(
        (name, hex) -> {
          Digest digest = Digest.parse("sha256:" + hex).orElseThrow();
          images.put(
              name,
              new LockedImage(
                  Reference.parse(name),
                  Descriptor.of(MediaTypes.OCI_MANIFEST, digest, 100),
                  new TreeMap<>(
                      Map.of("linux/amd64", new LockedImage.PlatformImage(digest, digest)))));
        });
    return Files.write(
        folder.resolve("system.lock"), new LockFile(List.of(), images, new TreeMap<>()).bytes());
  }
}
