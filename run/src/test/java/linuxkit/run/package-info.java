@NullMarked
package linuxkit.run;

import org.jspecify.annotations.NullMarked;
