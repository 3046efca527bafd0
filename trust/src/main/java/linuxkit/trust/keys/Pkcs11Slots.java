package linuxkit.trust.keys;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.OptionalInt;
import linuxkit.trust.TrustFailure;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a PKCS#11 module. The JDK's provider is configured with the number of a slot, which
 * changes when tokens are added or created again; people know the label of a token. A PIN that is
 * given to the wrong token counts as an attempt to guess it, so the slot must be right.
 */
@SuppressWarnings("restricted") // calls the module that the user names
final class Pkcs11Slots {
  private static final long OK = 0;
  private static final long ALREADY_INITIALIZED = 0x191;
  private static final int MOST = 1024;
  private static final int LABEL = 32;
  private static final int TOKEN_INFO = 256;

  /** The places of functions in CK_FUNCTION_LIST, after the version. */
  private static final int INITIALIZE = 0;

  private static final int FINALIZE = 1;
  private static final int GET_SLOT_LIST = 4;
  private static final int GET_TOKEN_INFO = 6;
  private static final int FUNCTIONS = 7;

  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final Arena arena;
  private final MemorySegment functions;
  private final String where;

  private Pkcs11Slots(Arena arena, MemorySegment functions, String where) {
    this.arena = arena;
    this.functions = functions;
    this.where = where;
  }

  /**
   * Returns the place in the module's list of slots of the only token with a label.
   *
   * @throws TrustFailure if there is no such token, or there are several
   */
  static int find(Pkcs11Uri uri) {
    try (Arena arena = Arena.ofConfined()) {
      return open(uri, arena).find(uri.token());
    }
  }

  private static Pkcs11Slots open(Pkcs11Uri uri, Arena arena) {
    if (!Files.isRegularFile(uri.module())) {
      // The JVM prints a warning of its own about a stack guard.
      throw notLoaded(uri, null);
    }
    SymbolLookup library;
    try {
      // Not closed with the arena: some modules do not survive being unloaded.
      library = SymbolLookup.libraryLookup(uri.module(), Arena.global());
    } catch (IllegalArgumentException e) {
      throw notLoaded(uri, e);
    }
    MemorySegment entry =
        library
            .find("C_GetFunctionList")
            .orElseThrow(
                () ->
                    new TrustFailure(
                        "the library is not a PKCS#11 module", uri.module().toString(), ""));
    MemorySegment list = arena.allocate(POINTER);
    Pkcs11Slots slots = new Pkcs11Slots(arena, MemorySegment.NULL, uri.where());
    slots.call("C_GetFunctionList", entry, OK, list);
    return new Pkcs11Slots(
        arena, list.get(POINTER, 0).reinterpret((FUNCTIONS + 1) * POINTER.byteSize()), uri.where());
  }

  private static TrustFailure notLoaded(Pkcs11Uri uri, @Nullable Throwable cause) {
    return new TrustFailure(
        "the PKCS#11 module cannot be loaded",
        uri.module().toString(),
        "name the module of the device with module-path",
        cause);
  }

  private int find(String label) {
    long state =
        call("C_Initialize", function(INITIALIZE), ALREADY_INITIALIZED, MemorySegment.NULL);
    try {
      long[] slots = list();
      OptionalInt found = OptionalInt.empty();
      for (int i = 0; i < slots.length; i++) {
        if (label(slots[i]).equals(label)) {
          if (found.isPresent()) {
            throw new TrustFailure(
                "several tokens have this label", where, "give each token a label of its own");
          }
          found = OptionalInt.of(i);
        }
      }
      return found.orElseThrow(
          () -> new TrustFailure("there is no token with this label", where, "check the label"));
    } finally {
      if (state == OK) {
        call("C_Finalize", function(FINALIZE), OK, MemorySegment.NULL);
      }
    }
  }

  private long[] list() {
    MemorySegment count = arena.allocate(LONG);
    count.set(LONG, 0, MOST);
    MemorySegment slots = arena.allocate(LONG, MOST);
    MethodHandle function =
        handle(function(GET_SLOT_LIST), ValueLayout.JAVA_BYTE, POINTER, POINTER);
    long result;
    try {
      result = (long) function.invokeExact((byte) 0, slots, count);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    check("C_GetSlotList", result, OK);
    return slots.asSlice(0, LONG.byteSize() * Math.min(MOST, count.get(LONG, 0))).toArray(LONG);
  }

  /** Returns the label of the token in a slot, or nothing if there is no token. */
  private String label(long slot) {
    MemorySegment info = arena.allocate(TOKEN_INFO);
    MethodHandle function = handle(function(GET_TOKEN_INFO), LONG, POINTER);
    long result;
    try {
      result = (long) function.invokeExact(slot, info);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    byte[] label = info.asSlice(0, LABEL).toArray(ValueLayout.JAVA_BYTE);
    return result == OK ? new String(label, StandardCharsets.UTF_8).stripTrailing() : "";
  }

  private MemorySegment function(int place) {
    return functions.get(POINTER, (1 + place) * POINTER.byteSize());
  }

  private long call(String name, MemorySegment function, long accepted, MemorySegment argument) {
    MethodHandle handle = handle(function, POINTER);
    long result;
    try {
      result = (long) handle.invokeExact(argument);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    check(name, result, accepted);
    return result;
  }

  private static MethodHandle handle(MemorySegment function, MemoryLayout... arguments) {
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(LONG, arguments));
  }

  private void check(String name, long result, long accepted) {
    if (result != OK && result != accepted) {
      throw new TrustFailure(
          "the PKCS#11 module fails in " + name + ": 0x" + Long.toHexString(result), where, "");
    }
  }
}
