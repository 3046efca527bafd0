package linuxkit.trust.der;

/** The identifier octets of ASN.1 types (ITU-T X.690, 8.1.2). */
public final class Tag {
  public static final int BOOLEAN = 0x01;
  public static final int INTEGER = 0x02;
  public static final int BIT_STRING = 0x03;
  public static final int OCTET_STRING = 0x04;
  public static final int NULL = 0x05;
  public static final int OID = 0x06;
  public static final int UTF8_STRING = 0x0c;
  public static final int UTC_TIME = 0x17;
  public static final int GENERALIZED_TIME = 0x18;
  public static final int SEQUENCE = 0x30;
  public static final int SET = 0x31;

  private Tag() {}

  /** Returns the tag of a context-specific value that holds others. */
  public static int context(int number) {
    return 0xa0 | number;
  }

  /** Returns the tag of a context-specific value that holds bytes. */
  public static int contextPrimitive(int number) {
    return 0x80 | number;
  }
}
