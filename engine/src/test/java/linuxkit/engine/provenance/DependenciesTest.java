package linuxkit.engine.provenance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.engine.inputs.BuildInputs;
import linuxkit.engine.inputs.UsedImage;
import linuxkit.engine.inputs.UsedImage.UsedPackage;
import linuxkit.oci.Digest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.Outcome;
import org.junit.jupiter.api.Test;

/** Dependencies as provenance has them. */
class DependenciesTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private static List<Dependency> of(UsedImage image) {
    return Dependencies.of(
        new BuildInputs(
            List.of(),
            List.of(image),
            List.of(),
            new TreeMap<>(),
            "",
            Optional.empty(),
            new TreeMap<>()),
        Platform.linux("amd64"));
  }

  private static UsedImage image(String name, List<UsedPackage> packages, Decision... decisions) {
    return new UsedImage(
        Reference.parse(name),
        Digest.sha256(name.getBytes(UTF_8)),
        Optional.empty(),
        Optional.empty(),
        packages,
        List.of(decisions));
  }

  private static Decision allowed(String rule, String... signers) {
    List<Outcome.Accepted> accepted = new ArrayList<>();
    for (String signer : signers) {
      accepted.add(
          new Outcome.Accepted(signer, "sha256:1", "sha256:2", Optional.empty(), Optional.empty()));
    }
    return new Decision.Allowed(
        rule,
        "/home/me/trust.yml:3:5",
        "signed",
        List.of(new Outcome("any", "/home/me/trust.yml:4:5", true, accepted, List.of())),
        Optional.empty());
  }

  @Test
  void haveTheDigestAndArchitectureOfEachPackage() {
    UsedPackage pack = new UsedPackage("deb", "libc6", "2.41-12+deb13u1", "amd64", HEX);
    Dependency written = of(image("linuxkit.localhost/sshd:1", List.of(pack))).get(1);
    assertThat(written.uri()).isEqualTo("pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64");
    assertThat(written.version()).isEqualTo("2.41-12+deb13u1");
    assertThat(written.digests()).isEqualTo(Map.of("sha256", HEX));
  }

  @Test
  void haveTheDecisionsWithoutPlacesOfThisMachine() {
    Dependency written =
        of(image("r.io/app:1", List.of(), allowed("r.io", "key:b", "key:a"), allowed("r.io/app")))
            .getFirst();
    assertThat(written.annotations())
        .containsEntry("trustRule", "r.io, r.io/app")
        .containsEntry("trustSigners", "key:a, key:b");
    assertThat(written.toJson().toString()).doesNotContain("/home/me");
    Dependency same =
        of(image("r.io/app:1", List.of(), allowed("r.io", "key:a", "key:b"), allowed("r.io/app")))
            .getFirst();
    assertThat(same.toJson()).as("whatever the registry's order").isEqualTo(written.toJson());
  }

  @Test
  void sayThatAnImageIsNotSigned() {
    assertThat(of(image("r.io/app:1", List.of(), allowed("r.io"))).getFirst().annotations())
        .containsEntry("trustSigners", "unsigned");
    assertThat(of(image("r.io/app:1", List.of())).getFirst().annotations())
        .doesNotContainKeys("trustRule", "trustSigners");
  }
}
