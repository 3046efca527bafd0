package linuxkit.trust.cbor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A value of CBOR (RFC 8949), without floating-point numbers and undefined values. */
public sealed interface Cbor {
  /** A number, of either sign. */
  record Int(long value) implements Cbor {}

  /**
   * A byte string.
   *
   * @param value not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared: it cannot be a key
  record Bytes(byte[] value) implements Cbor {}

  record Text(String value) implements Cbor {}

  record Array(List<Cbor> elements) implements Cbor {
    public Array {
      elements = List.copyOf(elements);
    }
  }

  /**
   * A map.
   *
   * @param entries by {@link Int} or {@link Text}, in the order of the document
   */
  record Mapping(SequencedMap<Cbor, Cbor> entries) implements Cbor {

    public Mapping {
      entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }
  }

  record Tagged(long tag, Cbor value) implements Cbor {}

  record Bool(boolean value) implements Cbor {}

  record Null() implements Cbor {}
}
