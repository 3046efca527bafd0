package linuxkit.engine.trust;

import java.util.List;
import java.util.function.Supplier;
import linuxkit.base.Lazy;
import linuxkit.trust.policy.Decision;

/** A policy's answer for one image, with what it was made from. */
public final class ImageDecision {
  private final String image;
  private final String key;
  private final Lazy<Decision> decision;
  private final Lazy<List<String>> signatures;
  private final boolean kept;

  /**
   * @param key identifies all that the decision was made from
   * @param decision called once, and only if somebody asks for it; so is {@code signatures}
   */
  ImageDecision(
      String image,
      String key,
      Supplier<Decision> decision,
      Supplier<List<String>> signatures,
      boolean kept) {
    this.image = image;
    this.key = key;
    this.decision = new Lazy<>(decision);
    this.signatures = new Lazy<>(signatures);
    this.kept = kept;
  }

  /** Returns the image's name and the digest that the name stands for. */
  public String image() {
    return image;
  }

  /** Returns the hash of the policy, the image's digests and its signatures. */
  String key() {
    return key;
  }

  /** Returns the answer of the policy. */
  public Decision decision() {
    return decision.get();
  }

  /** Returns the digests of the documents that were considered. */
  public List<String> signatures() {
    return signatures.get();
  }

  /** Returns whether the decision was made earlier. */
  public boolean kept() {
    return kept;
  }
}
