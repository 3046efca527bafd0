package linuxkit.cli.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.own.UserKey;
import linuxkit.cli.Run;
import linuxkit.engine.lock.LockFile;
import linuxkit.engine.lock.LockedComponent;
import linuxkit.engine.lock.LockedImage;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.debian.DebianPackage;
import org.junit.jupiter.api.Test;

/** Checks the signature of provenance, and its dependencies against a lock file. */
class ProvenanceChecksTest extends ProvenanceFixture {
  private static final String IMAGES =
      "version: 1\nrules: [{image: docker.io/library, accept: unsigned, reason: test}]\n";
  private static final String IMAGE = "docker.io/library/app:1";

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
  void appliesTheTrustPolicyToTheSignature() throws IOException, GeneralSecurityException {
    Path key = keys("mine");
    keys("other");
    assertThat(build("--provenance", provenance, "--sign", key).status()).isZero();
    Path mine = policy("mine.yml", "require: [{key: mine.pub}]");
    Run good = verify("--trust", mine);
    assertThat(good.status()).as(good.out() + good.err()).isZero();
    assertThat(good.out())
        .startsWith("policy        signed by key:")
        .contains("accepted by the rule provenance at " + mine + ":4:3");
    Path other = policy("other.yml", "require: [{key: other.pub}]");
    Run refused = verify("--trust", other, "--rebuild");
    refused(
        refused,
        "policy        refused by the rule provenance at " + other + ":4:3: no valid signature",
        "the signature of the envelope is wrong",
        "not built again, because of the signature",
        "policy: refused by the rule provenance at ");
    refused(verify("--trust", other, "--key", folder.resolve("mine.pub")), "policy: refused");
    refused(
        verify("--trust", policy("ci.yml", "builder: b\nrequire: [{key: mine.pub}]")),
        "the builder is https://github.com/linuxkit/linuxkit/builder/local, not b");
    assertThat(build("--provenance", provenance).status()).isZero();
    refused(verify("--trust", mine), "no signature was found, and one by key mine.pub is required");
  }

  @Test
  void appliesTheRulesForImagesToASecondBuild() throws IOException, GeneralSecurityException {
    assertThat(build("--provenance", provenance, "--sign", keys("mine")).status()).isZero();
    Path rules = policy("rules.yml", "require: [{key: mine.pub}]");
    assertThat(verify("--trust", rules, "--rebuild").out()).contains("rebuild       reproduced");
    Files.writeString(rules, Files.readString(rules).replace("/library", "/other"));
    assertThat(verify("--trust", rules).status()).isZero();
    refused(verify("--trust", rules, "--rebuild"), "no rule is for docker.io/library/app");
  }

  @Test
  void findsThePolicyBesideTheManifest() throws IOException, GeneralSecurityException {
    keys("mine");
    policy("trust.yml", "require: [{key: mine.pub}]");
    assertThat(verify().status()).isZero();
    refused(verify("--from", folder), "policy: refused by the rule provenance at ");
    Path images = Files.writeString(folder.resolve("images.yml"), IMAGES);
    refused(verify("--trust", images), "does not say who must have signed provenance");
    Files.copy(images, folder.resolve("trust.yml"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(verify("--from", folder).out())
        .startsWith("signature     not signed\npolicy        " + folder);
  }

  private Path policy(String name, String section) throws IOException {
    return Files.writeString(folder.resolve(name), IMAGES + "provenance:\n" + section.indent(2));
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

  @Test
  void hasTheDecisionOfThePolicy() throws IOException {
    assertThat(Files.readString(provenance)).doesNotContain("trustRule");
    Files.writeString(
        folder.resolve("trust.yml"),
        "version: 1\nrules: [{image: docker.io/library, accept: unsigned, reason: test}]\n");
    assertThat(build("--provenance", provenance).status()).isZero();
    byte[] first = Files.readAllBytes(provenance);
    assertThat(Files.readString(provenance))
        .contains("\"trustRule\": \"docker.io/library\"", "\"trustSigners\": \"unsigned\"")
        .doesNotContain(folder.resolve("trust.yml").toString());
    // The decision is a kept one now.
    assertThat(build("--provenance", provenance).status()).isZero();
    assertThat(provenance).hasBinaryContent(first);
    assertThat(verify("--rebuild").status()).isZero();
  }

  @Test
  void hasTheDigestsOfThePackagesOfAComponent() throws IOException {
    Path component = Files.createDirectory(folder.resolve("hello"));
    Files.writeString(
        component.resolve("build.yml"), "image: hello\nfiles: [{path: /bin/hello, contents: x}]\n");
    Files.writeString(
        manifest, Files.readString(manifest) + "onboot: [{name: h, image: \"@pkg:./hello\"}]\n");
    assertThat(build("--provenance", provenance).status()).isZero();
    String image =
        Files.readString(provenance)
            .replaceAll("(?s).*linuxkit.localhost.*?\"manifest\": \"sha256:([0-9a-f]*).*", "$1");
    // As the builder of Debian packages does.
    new WorkCache(folder.resolve("cache").resolve("derived"), UserKey.of(folder.toString()))
        .put(
            "packages-1",
            image,
            out -> out.write(("runc 1.1-2 amd64 " + "ab".repeat(32)).getBytes(US_ASCII)));
    assertThat(build("--provenance", provenance).status()).isZero();
    assertThat(Files.readString(provenance).replaceAll("\\s+", ""))
        .contains("\"uri\":\"pkg:deb/debian/runc@1.1-2?arch=amd64\"")
        .contains("\"digest\":{\"sha256\":\"" + "ab".repeat(32));
  }

  @Test
  void comparesPackagesWithALockFileByVersionAndDigest() throws IOException {
    String digest =
        Files.readString(provenance)
            .replaceAll("(?s).*pkg:oci/app@sha256%3A([0-9a-f]{64}).*", "$1");
    Map<String, String> images = Map.of(IMAGE, digest);
    String hex = "ab".repeat(32);
    edit(
        "\"resolvedDependencies\": [",
        """
        "resolvedDependencies": [{"name": "runc", "uri": "pkg:deb/debian/runc@1.1-2?arch=amd64",
        "digest": {"sha256": "%s"}},"""
            .formatted(hex));
    Run good = verify("--lock", lock(images, pin("runc", "1.1-2", hex)));
    assertThat(good.status()).as(good.out() + good.err()).isZero();
    refused(
        verify("--lock", lock(images, pin("runc", "1.1-2", "cd".repeat(32)))),
        "did not use the package runc 1.1-2 with the SHA-256 cdcd",
        "used the package runc 1.1-2 with the SHA-256 abab");
    refused(
        verify("--lock", lock(images, pin("runc", "1.1-3", hex))),
        "did not use the package runc 1.1-3 with",
        "used the package runc 1.1-2 with the SHA-256 abab");
    refused(verify("--lock", lock(images)), "used the package runc 1.1-2 with the SHA-256 abab");
    refused(
        verify("--lock", lock(images, pin("runc", "1.1-2", hex), pin("libc6", "2", hex))),
        "did not use the package libc6 2 with");
    edit("\"sha256\": \"" + hex, "\"sha1\": \"" + hex);
    refused(
        verify("--lock", lock(images, pin("runc", "1.1-2", hex))),
        "the provenance does not have the SHA-256 of the package runc");
  }

  private static DebianPackage.Pin pin(String name, String version, String sha256) {
    return new DebianPackage.Pin(name, version, "amd64", "trixie", "Debian", "x.deb", 1, sha256);
  }

  private Path lock(Map<String, String> digests, DebianPackage.Pin... packages) throws IOException {
    SortedMap<String, LockedComponent> components = new TreeMap<>();
    if (packages.length > 0) {
      components.put(
          "pkg/x",
          new LockedComponent(
              "0".repeat(64),
              new TreeMap<>(
                  Map.of(
                      "linux/amd64",
                      new DebianSource.Resolution(List.of(packages), new TreeMap<>())))));
    }
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
        folder.resolve("system.lock"), new LockFile(List.of(), images, components).bytes());
  }
}
