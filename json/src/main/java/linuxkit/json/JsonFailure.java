package linuxkit.json;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A document is not JSON, or not of the strict kind that {@link Json#parse} accepts. */
public final class JsonFailure extends Failure {
  private static final long serialVersionUID = 1;

  JsonFailure(String what, String where, @Nullable Throwable cause) {
    super("not valid JSON: " + what, where, "", cause);
  }
}
