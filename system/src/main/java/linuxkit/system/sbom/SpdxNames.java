package linuxkit.system.sbom;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The identifiers of a foreign SPDX document, and those that replace them in ours. */
final class SpdxNames {
  static final String DOCUMENT = "SPDXRef-DOCUMENT";

  private static final Pattern IDENTIFIER =
      Pattern.compile("(SPDXRef|LicenseRef|DocumentRef)-([A-Za-z0-9.-]{1,512})");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9.+:-]+");
  private static final Pattern EXPRESSION = Pattern.compile("[A-Za-z0-9.+:() -]{1,4096}");

  private final SpdxPart part;
  private final Map<String, String> names = new HashMap<>();

  SpdxNames(SpdxPart part) {
    this.part = part;
    names.put(DOCUMENT, part.imageId());
    names.put("NONE", "NONE");
    names.put("NOASSERTION", "NOASSERTION");
  }

  /**
   * Gives an identifier a name in our document. Returns whether it is valid and was not there
   * before.
   */
  boolean claim(String identifier) {
    Matcher matcher = IDENTIFIER.matcher(identifier);
    if (!matcher.matches() || names.containsKey(identifier)) {
      return false;
    }
    names.put(identifier, part.identifier(matcher.group(1), matcher.group(2)));
    return true;
  }

  /** Returns the name of an identifier in our document; empty if nothing has it. */
  String rename(String identifier) {
    int colon = identifier.indexOf(':');
    if (colon < 0) {
      return names.getOrDefault(identifier, "");
    }
    String document = names.getOrDefault(identifier.substring(0, colon), "");
    return document.isEmpty() || !IDENTIFIER.matcher(identifier.substring(colon + 1)).matches()
        ? ""
        : document + identifier.substring(colon);
  }

  /**
   * Returns a licence expression in our names, or {@code NOASSERTION} if it refers to unknown
   * texts.
   */
  String licence(String expression) {
    if (!EXPRESSION.matcher(expression).matches()) {
      return "NOASSERTION";
    }
    StringBuilder out = new StringBuilder();
    Matcher word = WORD.matcher(expression);
    while (word.find()) {
      String name = word.group();
      boolean ours = name.startsWith("LicenseRef-") || name.startsWith("DocumentRef-");
      String renamed = ours ? rename(name) : name;
      if (renamed.isEmpty()) {
        return "NOASSERTION";
      }
      word.appendReplacement(out, renamed);
    }
    return word.appendTail(out).toString();
  }
}
