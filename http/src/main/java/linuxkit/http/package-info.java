/** HTTP clients: proxies, certificates, redirects, retries, stalled transfers. */
@NullMarked
package linuxkit.http;

import org.jspecify.annotations.NullMarked;
