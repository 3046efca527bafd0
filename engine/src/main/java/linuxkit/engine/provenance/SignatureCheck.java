package linuxkit.engine.provenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.engine.provenance.VerifyReport.Check;
import linuxkit.trust.Evidence;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.cosign.KeyAuthority;
import linuxkit.trust.keys.VerificationKey;
import linuxkit.trust.sigstore.BundleKeyCheck;

/** Checks the signature of a provenance. */
final class SignatureCheck {
  private static final String NAME = "signature";

  private SignatureCheck() {}

  /**
   * @param keys of which one must have signed; if empty, nothing is checked
   */
  static Check check(ProvenanceReader.Document document, List<VerificationKey> keys) {
    Optional<Form> form = document.form();
    if (keys.isEmpty()) {
      return Check.skipped(
          NAME, form.isEmpty() ? "not signed" : "signed, but not checked: no key is given");
    }
    if (form.isEmpty()) {
      return Check.failed(NAME, "the provenance is not signed", List.of());
    }
    Evidence evidence =
        new Evidence(
            form.get(), "sha256:" + Sha256.hex(document.bytes()), document.bytes(), Map.of());
    SignedSubject subject =
        new SignedSubject(
            "",
            document.provenance().subjects().values().stream()
                .map(hex -> "sha256:" + hex)
                .toList());
    List<String> reasons = new ArrayList<>();
    for (VerificationKey key : keys) {
      switch (new KeyAuthority(key, BundleKeyCheck.ALONE).check(evidence, subject)) {
        case Verdict.Accepted _ -> {
          return Check.passed(NAME, "by the " + key);
        }
        case Verdict.Refused refused -> reasons.add(refused.reason());
      }
    }
    return Check.failed(NAME, "not accepted", reasons);
  }
}
