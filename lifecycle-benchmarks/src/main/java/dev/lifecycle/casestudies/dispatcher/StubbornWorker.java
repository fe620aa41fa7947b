package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.LiveWork;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A worker that swallows every interrupt, until the measurement is over. */
final class StubbornWorker {
  private final CountDownLatch released = new CountDownLatch(1);
  private final LiveWork live;

  StubbornWorker(LiveWork live) {
    this.live = live;
  }

  @Nullable Void refuseToStop() throws InterruptedException {
    return live.counted(() -> {
      while (released.getCount() > 0) {
        try {
          released.await();
        } catch (InterruptedException e) {
          // This is the mistake.
        }
      }
      return null;
    });
  }

  void release() {
    released.countDown();
  }
}
