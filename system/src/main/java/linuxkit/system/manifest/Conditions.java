package linuxkit.system.manifest;

import java.util.Optional;

/**
 * The conditions under which a system may be built.
 *
 * @param policy the file that says which images are accepted; empty if no manifest names one
 */
public record Conditions(Budget budget, Optional<PolicyFile> policy) {
  /** Returns these conditions with another budget. */
  Conditions with(Budget other) {
    return new Conditions(other, policy);
  }
}
