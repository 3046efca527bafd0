package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.Evidence;
import linuxkit.trust.cbor.Cbor;
import linuxkit.trust.cbor.CborBytes;
import org.jspecify.annotations.NullMarked;

/** A signature that is made as a test wants it, right or wrong. It begins as a right one. */
@NullMarked
final class TestEnvelope {
  static final String DIGEST =
      "sha256:8b69f7d8e07952056bb62d4b8879779e21dc44a4ae00c0501afa9b9923aa9b8f";
  static final String SCHEME = "io.cncf.notary.signingScheme";
  static final String TIME = "io.cncf.notary.signingTime";
  static final String AUTHENTIC_TIME = "io.cncf.notary.authenticSigningTime";
  static final String EXPIRY = "io.cncf.notary.expiry";

  private static final Map<String, Long> COSE =
      Map.of(
          "ES256", -7L, "ES384", -35L, "ES512", -36L, "PS256", -37L, "PS384", -38L, "PS512", -39L);

  private static final Map<String, Cbor> LABELS =
      Map.of(
          "alg", new Cbor.Int(1),
          "crit", new Cbor.Int(2),
          "cty", new Cbor.Int(3),
          "x5c", new Cbor.Int(33));

  private final TestSigner signer;
  private final List<Object> critical = new ArrayList<>(List.of(SCHEME));

  /** The algorithm that is used, whatever the header says. */
  String signedWith;

  /** Texts, instants and lists of texts, by the names of JOSE. */
  final Map<String, Object> header = new LinkedHashMap<>();

  /** The same, but byte arrays too. */
  final Map<String, Object> unprotected = new LinkedHashMap<>();

  String payload =
      "{\"targetArtifact\":{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
          + "\"digest\":\""
          + DIGEST
          + "\",\"size\":258}}";

  UnaryOperator<byte[]> signature = UnaryOperator.identity();

  TestEnvelope(String algorithm, TestSigner signer) {
    this.signer = signer;
    signedWith = algorithm;
    header.put("alg", algorithm);
    header.put("cty", "application/vnd.cncf.notary.payload.v1+json");
    header.put("crit", critical);
    header.put(SCHEME, "notary.x509");
    header.put(TIME, Instant.parse("2026-11-30T21:00:00Z"));
    unprotected.put("x5c", signer.chain());
  }

  TestEnvelope critical(String name) {
    critical.add(name);
    return this;
  }

  /** Turns the signature into one of a service that states the time. */
  TestEnvelope bySigningAuthority(String time) {
    header.remove(TIME);
    header.put(SCHEME, "notary.x509.signingAuthority");
    header.put(AUTHENTIC_TIME, Instant.parse(time));
    return critical(AUTHENTIC_TIME);
  }

  Evidence jws() {
    JsonObject envelope = jwsObject().build();
    return evidence(Evidence.Form.NOTARY_JWS, text(envelope));
  }

  static byte[] text(Json json) {
    return JsonFormat.COMPACT.write(json).getBytes(UTF_8);
  }

  JsonObject.Builder jwsObject() {
    return jwsObject(text(json(header)));
  }

  /** Signs a header of which the text is given. */
  JsonObject.Builder jwsObject(byte[] headerText) {
    Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
    String protectedText = url.encodeToString(headerText);
    String payloadText = url.encodeToString(payload.getBytes(UTF_8));
    byte[] signed = (protectedText + "." + payloadText).getBytes(UTF_8);
    return JsonObject.builder()
        .put("payload", payloadText)
        .put("protected", protectedText)
        .put("header", json(unprotected))
        .put("signature", url.encodeToString(signature.apply(signer.sign(signedWith, signed))));
  }

  static Evidence evidence(Evidence.Form form, byte[] document) {
    return new Evidence(form, "sha256:" + "0".repeat(64), document, Map.of());
  }

  private static JsonObject json(Map<String, Object> from) {
    JsonObject.Builder object = JsonObject.builder();
    from.forEach((name, value) -> object.put(name, json(value)));
    return object.build();
  }

  private static Json json(Object value) {
    return switch (value) {
      case Json json -> json;
      case byte[] bytes -> new JsonString(Base64.getEncoder().encodeToString(bytes));
      case List<?> list -> new JsonArray(list.stream().map(TestEnvelope::json).toList());
      default -> new JsonString(value.toString());
    };
  }

  Evidence cose() {
    return evidence(Evidence.Form.NOTARY_COSE, coseBytes(CborBytes.of(cbor(header))));
  }

  /** Signs a header of which the bytes are given. */
  byte[] coseBytes(byte[] headerBytes) {
    byte[] content = payload.getBytes(UTF_8);
    byte[] signed =
        CborBytes.of(
            new Cbor.Array(
                List.of(
                    new Cbor.Text("Signature1"),
                    new Cbor.Bytes(headerBytes),
                    new Cbor.Bytes(new byte[0]),
                    new Cbor.Bytes(content))));
    return CborBytes.of(
        new Cbor.Tagged(
            18,
            new Cbor.Array(
                List.of(
                    new Cbor.Bytes(headerBytes),
                    cbor(unprotected),
                    new Cbor.Bytes(content),
                    new Cbor.Bytes(signature.apply(signer.sign(signedWith, signed)))))));
  }

  private static Cbor.Mapping cbor(Map<String, Object> from) {
    LinkedHashMap<Cbor, Cbor> entries = new LinkedHashMap<>();
    from.forEach(
        (name, value) ->
            entries.put(LABELS.getOrDefault(name, new Cbor.Text(name)), cbor(name, value)));
    return new Cbor.Mapping(entries);
  }

  private static Cbor cbor(String name, Object value) {
    return switch (value) {
      case Cbor cbor -> cbor;
      case byte[] bytes -> new Cbor.Bytes(bytes);
      case Instant time -> new Cbor.Tagged(1, new Cbor.Int(time.getEpochSecond()));
      case List<?> list -> new Cbor.Array(list.stream().map(each -> cbor("", each)).toList());
      case String text when name.equals("alg") && COSE.containsKey(text) ->
          new Cbor.Int(COSE.get(text));
      default -> new Cbor.Text(value.toString());
    };
  }
}
