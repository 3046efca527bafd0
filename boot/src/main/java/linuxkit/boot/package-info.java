/** What firmware and hypervisors start. */
@NullMarked
package linuxkit.boot;

import org.jspecify.annotations.NullMarked;
