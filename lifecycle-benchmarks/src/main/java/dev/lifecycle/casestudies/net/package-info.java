/** The real parts of the case studies: servers and clients on loopback. */
@NullMarked
package dev.lifecycle.casestudies.net;

import org.jspecify.annotations.NullMarked;
