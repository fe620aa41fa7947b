/** Case 9: blocking calls to a server that never answers. */
@NullMarked
package dev.lifecycle.casestudies.blocking;

import org.jspecify.annotations.NullMarked;
