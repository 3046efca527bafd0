/** Policies: which images are accepted, and by whose signatures. */
@NullMarked
package linuxkit.trust.policy;

import org.jspecify.annotations.NullMarked;
