package linuxkit.trust.sigstore;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import linuxkit.base.Sha256;
import linuxkit.trust.keys.VerificationKey;

/** The test data of sigstore-conformance. */
final class Conformance {
  private static final String IDENTITY =
      "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/"
          + "workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
  private static final String ISSUER = "https://token.actions.githubusercontent.com";

  private Conformance() {}

  static Path root() {
    URL url = Conformance.class.getResource("/sigstore-conformance");
    try {
      return Path.of(Objects.requireNonNull(url, "no test data").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the folders, each of which is a case. */
  static List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(root().resolve("bundle-verify"))) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }

  static byte[] bundle(Path folder) throws IOException {
    return Files.readAllBytes(folder.resolve("bundle.sigstore.json"));
  }

  static Artifact byFile(Path folder) {
    return Artifact.of(file(folder));
  }

  static Artifact byDigest(Path folder) throws IOException {
    return Artifact.of(List.of("sha256:" + Sha256.of(file(folder))));
  }

  private static Path file(Path folder) {
    Path own = folder.resolve("artifact");
    return Files.exists(own) ? own : folder.resolveSibling("a.txt");
  }

  static VerifiedBundle verify(Path folder, Artifact artifact) throws IOException {
    Path ownRoot = folder.resolve("trusted_root.json");
    Path trusted =
        Files.exists(ownRoot) ? ownRoot : root().resolve("public-good.trusted_root.json");
    SigstoreVerifier verifier =
        new SigstoreVerifier(
            TrustedRoot.parse(Files.readAllBytes(trusted), trusted.toString()),
            InstantSource.system());
    Path key = folder.resolve("key.pub");
    if (Files.exists(key)) {
      return verifier.withKey(
          bundle(folder), artifact, VerificationKey.parse(Files.readAllBytes(key), key.toString()));
    }
    return verifier.keyless(
        bundle(folder),
        artifact,
        KeylessIdentity.exact(
            text(folder.resolve("issuer"), ISSUER), text(folder.resolve("identity"), IDENTITY)));
  }

  private static String text(Path file, String otherwise) throws IOException {
    return Files.exists(file) ? Files.readString(file).strip() : otherwise;
  }
}
