/** What the case studies measure with: live work, samples over time, latencies, and whether a series is flat. */
@NullMarked
package dev.lifecycle.casestudies.measure;

import org.jspecify.annotations.NullMarked;
