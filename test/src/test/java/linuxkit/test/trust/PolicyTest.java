package linuxkit.test.trust;

import java.util.List;
import linuxkit.fixtures.CosignProgram;
import linuxkit.test.OciArchive;
import org.junit.jupiter.api.Test;

/** Builds systems of signed and unsigned images under a policy, each from an empty store. */
class PolicyTest extends PolicyBuilds {
  @Test
  void acceptsWhatLinuxkitSigns() throws Exception {
    linuxkit.run("sign", "--form=classic", "--key=ours.pem", image).succeeds();
    String bundled = copy("bundled:1");
    linuxkit.run("sign", "--form=bundle", "--key=ours.pem", bundled).succeeds();
    emptyStore();
    assertAccepted(image);
    assertAccepted(bundled);
  }

  @Test
  void acceptsWhatCosignSigns() throws Exception {
    for (CosignProgram cosign : CosignProgram.installed()) {
      String name = copy(cosign.toString().replace(" ", "-") + ":1");
      String key = cosign.newKey(work);
      cosign.sign(work, key, name);
      policy("{key: " + key.replace(".key", ".pub") + "}");
      emptyStore();
      assertAccepted(name);
      policy("{key: ours.pub}");
      assertRefused(name, "no valid signature by key ours.pub");
    }
  }

  @Test
  void refusesUnsignedImagesAndSignaturesByOthers() throws Exception {
    assertRefusedFromAnEmptyStore(
        image, "no signature was found, and one by key ours.pub is required");
    linuxkit.run("sign", "--key=theirs.pem", image).succeeds();
    assertRefusedFromAnEmptyStore(image, "the signature is not by the ECDSA P-256 key");
  }

  @Test
  void refusesASignatureOfAnotherImage() throws Exception {
    String other = registry.authority() + "/team/app:2";
    new OciArchive().add(other, List.of(layer("other"))).write(work.resolve("other.tar"));
    linuxkit.run("cache", "import", "other.tar").succeeds();
    linuxkit.run("cache", "push", "--sign=ours.pem", "--form=classic", other).succeeds();
    String signatures = manifest("GET", tag(digest("2")) + ".sig", "");
    manifest("PUT", tag(digest("1")) + ".sig", signatures);
    assertRefusedFromAnEmptyStore(image, "of another image: " + digest("2"));
    emptyStore();
    assertAccepted(other);
  }

  @Test
  void appliesAChangedPolicyWithoutTheRegistry() throws Exception {
    linuxkit.run("sign", "--key=ours.pem", image).succeeds();
    emptyStore();
    assertAccepted(image);
    registry.close();
    policy("{anyOf: [{key: theirs.pub}, {key: ours.pub}]}");
    assertAccepted(image);
    policy("{key: theirs.pub}");
    assertRefused(image, "no valid signature by key theirs.pub");
    policy("{key: ours.pub}");
    assertAccepted(image);
  }
}
