package linuxkit.trust.notary;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.trust.cbor.Cbor;
import linuxkit.trust.cbor.CborReader;

/** Reads a COSE_Sign1_Tagged (RFC 9052, section 4.2). */
final class CoseReader {
  private static final long SIGN1 = 18;
  private static final int PARTS = 4;
  private static final long EPOCH = 1;
  private static final long LATEST = 253_402_300_799L; // The end of the year 9999.
  private static final Cbor ALGORITHM = new Cbor.Int(1);
  private static final Cbor CRITICAL = new Cbor.Int(2);
  private static final Cbor CONTENT_TYPE = new Cbor.Int(3);
  private static final Cbor CHAIN = new Cbor.Int(33);
  private static final Set<Cbor> REGISTERED = Set.of(ALGORITHM, CRITICAL, CONTENT_TYPE);
  private static final Map<Long, String> ALGORITHMS =
      Map.of(
          -7L, "ES256", -35L, "ES384", -36L, "ES512", -37L, "PS256", -38L, "PS384", -39L, "PS512");

  private CoseReader() {}

  static NotaryEnvelope read(byte[] document) {
    if (!(CborReader.read(document, "envelope")
            instanceof Cbor.Tagged(long tag, Cbor.Array(List<Cbor> parts)))
        || tag != SIGN1
        || parts.size() != PARTS) {
      throw Refusal.of("the envelope is not a COSE_Sign1 with its tag");
    }
    byte[] protectedBytes = bytes(parts.get(0), "the protected header");
    Map<Cbor, Cbor> header =
        mapping(CborReader.read(protectedBytes, "protected header"), "the protected header");
    Map<Cbor, Cbor> unprotected = mapping(parts.get(1), "the unprotected header");
    checkDisjoint(header, unprotected);
    byte[] payload = bytes(parts.get(2), "the payload");
    return new NotaryEnvelope(
        SignedAttributes.of(protectedHeader(header)),
        chain(header.containsKey(CHAIN) ? header : unprotected),
        Optional.ofNullable(unprotected.get(new Cbor.Text(ProtectedHeader.TIMESTAMP)))
            .map(token -> bytes(token, "the timestamp")),
        payload,
        signed(protectedBytes, payload),
        bytes(parts.get(3), "the signature"));
  }

  private static void checkDisjoint(Map<Cbor, Cbor> header, Map<Cbor, Cbor> unprotected) {
    for (Cbor label : unprotected.keySet()) {
      if (header.containsKey(label)) {
        throw Refusal.of("the header " + name(label) + " is both protected and unprotected");
      }
      if (REGISTERED.contains(label)
          || name(label).equals(ProtectedHeader.SCHEME)
          || ProtectedHeader.TIMES.contains(name(label))) {
        throw Refusal.of("the header " + name(label) + " is not protected by the signature");
      }
    }
  }

  private static ProtectedHeader protectedHeader(Map<Cbor, Cbor> header) {
    Set<String> names = new HashSet<>();
    Map<String, String> texts = new HashMap<>();
    Map<String, Instant> times = new HashMap<>();
    header.forEach(
        (label, value) -> {
          if (REGISTERED.contains(label)) {
            return;
          }
          names.add(name(label));
          if (ProtectedHeader.TIMES.contains(name(label))) {
            times.put(name(label), time(value, name(label)));
          } else if (value instanceof Cbor.Text(String text)) {
            texts.put(name(label), text);
          }
        });
    return new ProtectedHeader(
        algorithm(required(header, ALGORITHM)),
        text(required(header, CONTENT_TYPE), "the content type"),
        critical(required(header, CRITICAL)),
        names,
        texts,
        times);
  }

  private static String algorithm(Cbor value) {
    if (!(value instanceof Cbor.Int(long number))) {
      throw Refusal.of("the algorithm is not a number");
    }
    // The number itself is not the algorithm of any key, and is reported as such.
    return ALGORITHMS.getOrDefault(number, Long.toString(number));
  }

  private static List<String> critical(Cbor value) {
    if (!(value instanceof Cbor.Array(List<Cbor> labels))
        || labels.isEmpty()
        || labels.size() > ProtectedHeader.MAX_CRITICAL) {
      throw Refusal.of("crit is not a list of one to " + ProtectedHeader.MAX_CRITICAL + " headers");
    }
    return labels.stream().map(CoseReader::name).toList();
  }

  private static List<byte[]> chain(Map<Cbor, Cbor> header) {
    if (!(header.get(CHAIN) instanceof Cbor.Array(List<Cbor> certificates))) {
      throw Refusal.of("the header has no x5chain that is a list of certificates");
    }
    NotaryEnvelope.checkLength(certificates.size());
    return certificates.stream().map(each -> bytes(each, "a certificate")).toList();
  }

  private static Instant time(Cbor value, String name) {
    if (value instanceof Cbor.Tagged(long tag, Cbor.Int(long seconds))
        && tag == EPOCH
        && seconds >= 0
        && seconds <= LATEST) {
      return Instant.ofEpochSecond(seconds);
    }
    throw Refusal.of(name + " is not a time in whole seconds with the tag 1");
  }

  /** Returns what is signed, the {@code Sig_structure} of RFC 9052, section 4.4. */
  private static byte[] signed(byte[] header, byte[] payload) {
    ByteArrayOutputStream structure = new ByteArrayOutputStream();
    structure.write(0x80 | PARTS);
    byte[] context = "Signature1".getBytes(StandardCharsets.US_ASCII);
    structure.write(0x60 | context.length);
    structure.writeBytes(context);
    write(structure, header);
    write(structure, new byte[0]);
    write(structure, payload);
    return structure.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, byte[] string) {
    int length = string.length;
    if (length < 24) {
      out.write(0x40 | length);
    } else if (length < 1 << 8) {
      out.write(0x58);
      out.write(length);
    } else if (length < 1 << 16) {
      out.write(0x59);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(0x5a);
      out.write(length >> 24);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(string);
  }

  private static String name(Cbor label) {
    return switch (label) {
      case Cbor.Int(long number) when number == 1 -> "alg";
      case Cbor.Int(long number) when number == 2 -> "crit";
      case Cbor.Int(long number) when number == 3 -> "cty";
      case Cbor.Int(long number) -> "label " + number;
      case Cbor.Text(String text) -> text;
      default -> throw Refusal.of("a header is named by neither a number nor a text");
    };
  }

  private static Cbor required(Map<Cbor, Cbor> header, Cbor label) {
    return Optional.ofNullable(header.get(label))
        .orElseThrow(() -> Refusal.of("the protected header has no " + name(label)));
  }

  private static Map<Cbor, Cbor> mapping(Cbor value, String name) {
    if (value instanceof Cbor.Mapping mapping) {
      return mapping.entries();
    }
    throw Refusal.of(name + " is not a map");
  }

  private static byte[] bytes(Cbor value, String name) {
    if (value instanceof Cbor.Bytes(byte[] bytes)) {
      return bytes;
    }
    throw Refusal.of(name + " is not a byte string");
  }

  private static String text(Cbor value, String name) {
    if (value instanceof Cbor.Text(String text)) {
      return text;
    }
    throw Refusal.of(name + " is not a text");
  }
}
