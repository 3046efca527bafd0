package linuxkit.engine.provenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.engine.provenance.VerifyReport.Check;
import linuxkit.trust.Evidence;
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
    Optional<Evidence> evidence = document.evidence();
    if (keys.isEmpty()) {
      return Check.skipped(
          NAME, evidence.isEmpty() ? "not signed" : "signed, but not checked: no key is given");
    }
    if (evidence.isEmpty()) {
      return Check.failed(NAME, "the provenance is not signed", List.of());
    }
    SignedSubject subject = document.subjects();
    List<String> reasons = new ArrayList<>();
    for (VerificationKey key : keys) {
      switch (new KeyAuthority(key, BundleKeyCheck.ALONE).check(evidence.get(), subject)) {
        case Verdict.Accepted _ -> {
          return Check.passed(NAME, "by the " + key);
        }
        case Verdict.Refused refused -> reasons.add(refused.reason());
      }
    }
    return Check.failed(NAME, "not accepted", reasons);
  }
}
