/** Case 12: bursts of events, each written by itself or in batches. */
@NullMarked
package dev.lifecycle.casestudies.burst;

import org.jspecify.annotations.NullMarked;
