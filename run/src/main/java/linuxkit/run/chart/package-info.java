/** Charts of how long the parts of a boot take. */
@NullMarked
package linuxkit.run.chart;

import org.jspecify.annotations.NullMarked;
