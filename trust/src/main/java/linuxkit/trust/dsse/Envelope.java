package linuxkit.trust.dsse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import linuxkit.base.Printable;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.trust.Statement;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.VerificationKey;

/**
 * An in-toto statement with signatures (DSSE, version 1). The statement must not be parsed before a
 * signature is verified: {@link #isSignedBy} first, {@link #statement} then.
 */
public final class Envelope {
  /** The media type of an envelope on its own. */
  public static final String MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json";

  /** The only type of content that is accepted. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private static final int MAX_SIGNATURES = 16;

  private final byte[] payload;
  private final List<byte[]> signatures;

  private Envelope(byte[] payload, List<byte[]> signatures) {
    this.payload = payload;
    this.signatures = List.copyOf(signatures);
  }

  /**
   * Reads an envelope.
   *
   * @throws linuxkit.base.Failure if it is malformed, or has content of another type
   */
  public static Envelope parse(byte[] document) {
    return of(SignedFields.object(Json.parse(document, ""), "the envelope"));
  }

  /** Reads an envelope that is a part of another document; see {@link #parse}. */
  public static Envelope of(JsonObject envelope) {
    String type = SignedFields.string(envelope, "payloadType");
    if (!type.equals(PAYLOAD_TYPE)) {
      throw new TrustFailure(
          "the envelope contains \"" + Printable.line(type) + "\" instead of an in-toto statement",
          "",
          "");
    }
    List<Json> listed = SignedFields.array(envelope, "signatures").elements();
    if (listed.isEmpty() || listed.size() > MAX_SIGNATURES) {
      throw new TrustFailure(
          "the envelope has " + listed.size() + " signatures instead of 1 to " + MAX_SIGNATURES,
          "",
          "");
    }
    List<byte[]> signatures = new ArrayList<>();
    for (Json each : listed) {
      JsonObject signature = SignedFields.object(each, "a signature");
      // The name of a key is a hint that nobody signed.
      SignedFields.optionalString(signature, "keyid");
      signatures.add(SignedFields.base64(signature, "sig"));
    }
    return new Envelope(SignedFields.base64(envelope, "payload"), signatures);
  }

  /** Signs a statement; the envelope does not name the key. */
  public static Envelope sign(Statement statement, SigningKey key) {
    byte[] payload = JsonFormat.COMPACT.bytes(Statements.write(statement));
    return new Envelope(payload, List.of(key.sign(signedBytes(payload))));
  }

  /** Returns whether one of the signatures is by this key. */
  public boolean isSignedBy(VerificationKey key) {
    byte[] signed = signedBytes();
    return signatures.stream().anyMatch(each -> key.verify(signed, each));
  }

  /** Returns what the signatures are of: the pre-authentication encoding of type and payload. */
  public byte[] signedBytes() {
    return signedBytes(payload);
  }

  private static byte[] signedBytes(byte[] payload) {
    String header =
        "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
    ByteArrayOutputStream out = new ByteArrayOutputStream(header.length() + payload.length);
    out.writeBytes(header.getBytes(UTF_8));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** Returns the decoded signatures, in their order. */
  public List<byte[]> signatures() {
    return signatures.stream().map(byte[]::clone).toList();
  }

  /** Returns the decoded payload, which may be anything before a signature is verified. */
  public byte[] payload() {
    return payload.clone();
  }

  /**
   * Parses the payload. To be called after a signature was verified.
   *
   * @throws linuxkit.base.Failure if the payload is not a statement
   */
  public Statement statement() {
    return Statements.parse(payload);
  }

  /** Returns the envelope as JSON. */
  public JsonObject json() {
    List<Json> listed = new ArrayList<>();
    for (byte[] each : signatures) {
      listed.add(JsonObject.builder().put("sig", base64(each)).build());
    }
    return JsonObject.builder()
        .put("payload", base64(payload))
        .put("payloadType", PAYLOAD_TYPE)
        .put("signatures", new JsonArray(listed))
        .build();
  }

  /** Returns the envelope as a document. */
  public byte[] bytes() {
    return JsonFormat.COMPACT.bytes(json());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
