package linuxkit.trust.sigstore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of a log, signed as a note (C2SP signed-note and tlog-checkpoint).
 *
 * @param text what is signed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Checkpoint(
    String origin, long size, byte[] root, String text, List<NoteSignature> signatures) {
  static final int MAX_SIZE = 64 << 10;
  static final int MAX_SIGNATURES = 32;
  private static final int HINT_LENGTH = 4;
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern SIGNATURE = Pattern.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/=]+)");

  Checkpoint {
    signatures = List.copyOf(signatures);
  }

  /**
   * A signature of the note.
   *
   * @param hint the first bytes of the identifier of the key
   */
  record NoteSignature(String name, byte[] hint, byte[] signature) {}

  static Checkpoint parse(String note) {
    if (note.length() > MAX_SIZE) {
      throw SigstoreRefusal.of("the checkpoint is larger than " + MAX_SIZE + " bytes");
    }
    int blank = note.lastIndexOf("\n\n");
    if (blank < 0 || !note.endsWith("\n")) {
      throw SigstoreRefusal.of("the checkpoint is not a signed note");
    }
    String text = note.substring(0, blank + 1);
    String[] lines = text.split("\n", -1);
    if (lines.length < 4 || lines[0].isEmpty()) {
      throw SigstoreRefusal.of("the checkpoint lacks an origin, a size or a root");
    }
    if (!SIZE.matcher(lines[1]).matches()) {
      throw SigstoreRefusal.of("the size in the checkpoint is not a number: " + lines[1]);
    }
    return new Checkpoint(
        lines[0],
        Long.parseLong(lines[1]),
        ProtoFields.base64(lines[2], "the root in the checkpoint"),
        text,
        signatures(note.substring(blank + 2)));
  }

  private static List<NoteSignature> signatures(String block) {
    String[] lines = block.split("\n", MAX_SIGNATURES + 2);
    if (lines.length > MAX_SIGNATURES + 1) {
      throw SigstoreRefusal.of("the checkpoint has more than " + MAX_SIGNATURES + " signatures");
    }
    List<NoteSignature> signatures = new ArrayList<>();
    for (String line : Arrays.asList(lines).subList(0, lines.length - 1)) {
      Matcher signature = SIGNATURE.matcher(line);
      if (!signature.matches()) {
        throw SigstoreRefusal.of("a signature of the checkpoint is malformed");
      }
      byte[] bytes = ProtoFields.base64(signature.group(2), "a signature of the checkpoint");
      if (bytes.length <= HINT_LENGTH) {
        throw SigstoreRefusal.of("a signature of the checkpoint is too short");
      }
      signatures.add(
          new NoteSignature(
              signature.group(1),
              Arrays.copyOf(bytes, HINT_LENGTH),
              Arrays.copyOfRange(bytes, HINT_LENGTH, bytes.length)));
    }
    return signatures;
  }

  /**
   * Checks that the log signed its checkpoint. Signatures of others, such as witnesses, are
   * ignored; one under the name and identifier of the log must be right.
   *
   * @param exact whether the origin is the log's name alone, as in Rekor v2
   */
  void check(Log log, boolean exact) {
    String name = log.host();
    if (!origin.equals(name) && (exact || !origin.startsWith(name + " - "))) {
      throw SigstoreRefusal.of("the checkpoint is of " + origin + ", not of the log " + name);
    }
    byte[] hint = Arrays.copyOf(log.id(), HINT_LENGTH);
    List<NoteSignature> own =
        signatures.stream()
            .filter(each -> each.name().equals(name) && Arrays.equals(each.hint(), hint))
            .toList();
    if (own.isEmpty()) {
      throw SigstoreRefusal.of("the log " + name + " did not sign the checkpoint");
    }
    byte[] signed = text.getBytes(StandardCharsets.UTF_8);
    for (NoteSignature each : own) {
      if (!log.key().verify(signed, each.signature())) {
        throw SigstoreRefusal.of("the signature of the checkpoint by " + name + " is wrong");
      }
    }
  }
}
