/**
 * Building a system as a Java call: {@link linuxkit.engine.Settings} and a {@link
 * linuxkit.engine.BuildRequest} in, a {@link linuxkit.engine.BuildResult} out.
 */
@NullMarked
package linuxkit.engine;

import org.jspecify.annotations.NullMarked;
