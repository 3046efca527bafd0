package linuxkit.trust.der;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.trust.TrustFailure;

/** Reads times: {@code YYMMDDhhmmssZ}, or with a four-digit year and an optional fraction. */
final class DerTime {
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})"
              + "(?:\\.([0-9]{0,8}[1-9]))?Z");

  private DerTime() {}

  static Instant read(Der value) {
    boolean utc = value.is(Tag.UTC_TIME);
    String text = (utc ? value : value.as(Tag.GENERALIZED_TIME)).ascii();
    Matcher form = FORM.matcher(text);
    if (!form.matches() || form.group(1).length() != (utc ? 2 : 4)) {
      throw Der.malformed("a time is not in UTC with seconds");
    }
    if (utc && form.group(7) != null) {
      throw Der.malformed("a UTCTime has a fraction");
    }
    int year = Integer.parseInt(form.group(1));
    int century = utc ? year < 50 ? 2000 : 1900 : 0;
    String fraction = form.group(7) == null ? "0" : form.group(7);
    int nanos = Integer.parseInt((fraction + "00000000").substring(0, 9));
    try {
      return LocalDateTime.of(
              century + year,
              number(form, 2),
              number(form, 3),
              number(form, 4),
              number(form, 5),
              number(form, 6),
              nanos)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new TrustFailure("malformed DER: a time does not exist", "", "", e);
    }
  }

  private static int number(Matcher form, int group) {
    return Integer.parseInt(form.group(group));
  }
}
