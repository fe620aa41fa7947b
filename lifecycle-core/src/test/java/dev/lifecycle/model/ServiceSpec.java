package dev.lifecycle.model;

import dev.lifecycle.RestartPolicy;
import java.time.Duration;

/**
 * How one service of a random supervisor behaves, in milliseconds. Durations get a few nanoseconds more, of which no two sums are alike, so that no two things
 * are due at one moment: which comes first would be open then.
 *
 * @param within how long it may take to be ready, 0: it is when its body has begun
 */
record ServiceSpec(RestartPolicy.When when, int initial, int max, int limit, int window, int within) {
  RestartPolicy policy(int index) {
    RestartPolicy policy =
        switch (when) {
          case ALWAYS -> RestartPolicy.always();
          case ON_FAILURE -> RestartPolicy.onFailure();
          case NEVER -> RestartPolicy.never();
        };
    return policy.backoff(Duration.ofNanos(initialNanos(index)), Duration.ofNanos(maxNanos(index)), 0).limit(limit, Duration.ofMillis(window));
  }

  long initialNanos(int index) {
    return initial == 0 ? 0 : initial * 1_000_000L + (index + 1) * 1_009;
  }

  long maxNanos(int index) {
    return initialNanos(index) + max * 1_000_000L;
  }

  long windowNanos() {
    return window * 1_000_000L;
  }

  long withinNanos(int index) {
    return within * 1_000_000L + (index + 1) * 100_003;
  }
}
