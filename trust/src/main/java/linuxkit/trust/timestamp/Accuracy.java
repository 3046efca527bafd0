package linuxkit.trust.timestamp;

import java.math.BigInteger;
import java.time.Duration;
import linuxkit.trust.der.Der;
import linuxkit.trust.der.Tag;

/** The accuracy that a time stamp states (RFC 3161, section 2.4.2). */
final class Accuracy {
  private static final int MOST_SECONDS = 24 * 60 * 60;
  private static final int MOST_PARTS = 999;

  private Accuracy() {}

  static Duration read(Der accuracy) {
    Duration sum = Duration.ZERO;
    for (Der part : accuracy.children()) {
      if (part.is(Tag.INTEGER)) {
        sum = sum.plusSeconds(number(part.integer(), MOST_SECONDS));
      } else if (part.is(Tag.contextPrimitive(0))) {
        sum = sum.plusMillis(number(new BigInteger(1, part.content()), MOST_PARTS));
      } else if (part.is(Tag.contextPrimitive(1))) {
        sum = sum.plusNanos(1000L * number(new BigInteger(1, part.content()), MOST_PARTS));
      } else {
        throw TimestampRefusal.of("the accuracy of the time stamp is malformed");
      }
    }
    return sum;
  }

  private static int number(BigInteger number, int most) {
    if (number.signum() < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
      throw TimestampRefusal.of("the accuracy of the time stamp is not a possible one");
    }
    return number.intValue();
  }
}
