package linuxkit.json;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** Bytes that should be JSON and are not, or not of the strict kind read here. */
public final class JsonFailure extends Failure {
  private static final long serialVersionUID = 1;

  JsonFailure(String what, String where, @Nullable Throwable cause) {
    super("not valid JSON: " + what, where, "", cause);
  }
}
