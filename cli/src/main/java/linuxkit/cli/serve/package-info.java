/** Serving built systems to machines that boot from the network. */
@NullMarked
package linuxkit.cli.serve;

import org.jspecify.annotations.NullMarked;
