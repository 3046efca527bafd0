package linuxkit.engine.trust;

import java.util.List;
import linuxkit.trust.policy.Decision;

/**
 * What was decided about an image.
 *
 * @param image its name and the digest that the name stands for
 * @param signatures the digests of the documents that were considered
 * @param kept whether the decision was made earlier
 */
public record ImageDecision(
    String image, Decision decision, List<String> signatures, boolean kept) {
  public ImageDecision {
    signatures = List.copyOf(signatures);
  }
}
