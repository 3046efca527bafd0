/** Output formats: everything that firmware and hypervisors boot. */
@NullMarked
package linuxkit.boot;

import org.jspecify.annotations.NullMarked;
