/** JSON as values: read strictly, written in the forms that the formats around images ask for. */
@NullMarked
package linuxkit.json;

import org.jspecify.annotations.NullMarked;
