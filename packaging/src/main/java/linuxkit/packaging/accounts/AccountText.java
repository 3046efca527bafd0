package linuxkit.packaging.accounts;

import java.util.regex.Pattern;

/** The forms of the fields of {@code /etc/passwd}. */
public final class AccountText {
  /** The form of the names of users and groups. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,30}");

  /** The form of a comment: no field and no line can begin in it. */
  public static final Pattern COMMENT = Pattern.compile("[^:\\p{Cntrl}]*");

  /** The form of the path of a home directory or a shell. */
  public static final Pattern PATH = Pattern.compile("/[^:\\p{Cntrl}]*");

  private AccountText() {}
}
