package linuxkit.trust.notary;

import static linuxkit.trust.notary.Hostile.P256;
import static linuxkit.trust.notary.Hostile.refuses;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.trust.Evidence;
import linuxkit.trust.cbor.Cbor;
import linuxkit.trust.cbor.CborBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Envelopes that are not the CBOR they should be. */
class HostileCoseTest {
  static Stream<Arguments> malformedCose() {
    TestEnvelope good = new TestEnvelope("ES256", P256);
    byte[] cose = good.cose().document();
    byte[] indefinite = cose.clone();
    indefinite[1] = (byte) 0x9f;
    byte[] untagged = Arrays.copyOfRange(cose, 1, cose.length);
    byte[] otherTag = cose.clone();
    otherTag[0] = (byte) 0xd1;
    byte[] bomb = new byte[100_000];
    Arrays.fill(bomb, (byte) 0x81);
    return Stream.of(
        Arguments.of(
            "indefinite-array",
            indefinite,
            "not valid CBOR: a value has an indefinite length (byte 2)"),
        Arguments.of(
            "nesting-bomb",
            bomb,
            "not valid CBOR: values are nested more than 16 levels deep (byte 17)"),
        Arguments.of(
            "length-bomb",
            new byte[] {(byte) 0xd2, (byte) 0x9a, 0x7f, -1, -1, -1},
            "not valid CBOR: an array or map has more elements than bytes follow (byte 6)"),
        Arguments.of("untagged", untagged, "the envelope is not a COSE_Sign1 with its tag"),
        Arguments.of(
            "mac-instead-of-signature", otherTag, "the envelope is not a COSE_Sign1 with its tag"),
        Arguments.of(
            "truncated",
            Arrays.copyOf(cose, cose.length - 1),
            "not valid CBOR: a string is longer than the document (byte "
                + (cose.length - 64)
                + ")"),
        Arguments.of(
            "bytes-after-it",
            Arrays.copyOf(cose, cose.length + 1),
            "not valid CBOR: there are more bytes after the value (byte " + cose.length + ")"),
        Arguments.of(
            "header-twice",
            good.coseBytes(new byte[] {(byte) 0xa2, 1, 0x26, 1, 0x26}),
            "not valid CBOR: a map has the key 1 twice (byte 5)"),
        Arguments.of(
            "header-twice-in-another-form",
            good.coseBytes(new byte[] {(byte) 0xa2, 1, 0x26, 0x18, 1, 0x26}),
            "not valid CBOR: a number or length is not in its shortest form (byte 5)"),
        Arguments.of(
            "header-is-indefinite",
            good.coseBytes(new byte[] {(byte) 0xbf, 1, 0x26, (byte) 0xff}),
            "not valid CBOR: a value has an indefinite length (byte 1)"),
        Arguments.of("payload-detached", detached(), "the payload is not a byte string"));
  }

  private static byte[] detached() {
    Cbor empty = new Cbor.Bytes(CborBytes.of(new Cbor.Mapping(new LinkedHashMap<>())));
    return CborBytes.of(
        new Cbor.Tagged(
            18,
            new Cbor.Array(
                List.of(
                    empty,
                    new Cbor.Mapping(new LinkedHashMap<>()),
                    new Cbor.Null(),
                    new Cbor.Bytes(new byte[64])))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedCose")
  void refusesMalformedCose(String name, byte[] document, String reason) {
    refuses(TestEnvelope.evidence(Evidence.Form.NOTARY_COSE, document), reason);
  }

  @Test
  void refusesTimesThatAreNot() {
    for (Cbor time :
        List.of(
            new Cbor.Int(1),
            new Cbor.Tagged(0, new Cbor.Text("2026-11-30T21:00:00Z")),
            new Cbor.Tagged(1, new Cbor.Int(-1)),
            new Cbor.Tagged(1, new Cbor.Int(Long.MAX_VALUE)))) {
      TestEnvelope envelope = new TestEnvelope("ES256", P256);
      envelope.header.put(TestEnvelope.TIME, time);
      refuses(
          envelope.cose(),
          "io.cncf.notary.signingTime is not a time in whole seconds with the tag 1");
    }
  }
}
