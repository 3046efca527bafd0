package linuxkit.trust.timestamp;

import linuxkit.trust.TrustFailure;

/** Makes the failures by which a time stamp is refused. */
final class TimestampRefusal {
  private TimestampRefusal() {}

  static TrustFailure of(String reason) {
    return new TrustFailure(reason, "", "");
  }
}
