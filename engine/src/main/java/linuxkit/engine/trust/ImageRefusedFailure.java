package linuxkit.engine.trust;

import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.trust.policy.Decision;

/** The policy refuses an image. */
public final class ImageRefusedFailure extends Failure {
  private static final long serialVersionUID = 1;
  private static final int MAX_REASONS = 8;

  ImageRefusedFailure(String image, Decision.Refused refused) {
    super(
        "the trust policy refuses this image: " + reasons(refused.reasons()),
        Printable.line(image + ", by the rule " + refused.rule() + " at " + refused.place()),
        "see 'linuxkit trust explain " + Printable.line(image) + "'",
        null);
  }

  private static String reasons(List<String> reasons) {
    String shown = String.join("; ", reasons.subList(0, Math.min(reasons.size(), MAX_REASONS)));
    int more = reasons.size() - MAX_REASONS;
    return Printable.line(shown) + (more > 0 ? "; and " + more + " more" : "");
  }
}
