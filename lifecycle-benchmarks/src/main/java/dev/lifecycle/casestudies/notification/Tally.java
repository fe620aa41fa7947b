package dev.lifecycle.casestudies.notification;

import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.measure.Recorder;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a sender counts: notifications and deliveries that are under way, and how notifications ended. Thread-safe.
 *
 * @param work notifications and deliveries under way, all that holds a thread
 * @param notifications those of them that are notifications
 * @param reasons how those that failed did, and how many of each
 */
record Tally(LiveWork work, LiveWork notifications, Recorder recorder, AtomicInteger sent, AtomicInteger delivered, AtomicInteger failed,
    Map<String, Integer> reasons) {
  Tally(LiveWork work, Recorder recorder) {
    this(work, work.part(), recorder, new AtomicInteger(), new AtomicInteger(), new AtomicInteger(), new ConcurrentSkipListMap<>());
  }

  /** Runs the sending of one notification: what it throws, an interrupt included, is a failure that the caller is told of. */
  void send(LiveWork.Body<?, ?> body) {
    long start = System.nanoTime();
    try {
      notifications.counted(body);
      delivered.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(e);
    } catch (Exception e) {
      failed(e);
    }
    recorder.took(start);
  }

  private void failed(Exception failure) {
    failed.incrementAndGet();
    Throwable cause = failure.getCause();
    String reason = failure.getClass().getSimpleName() + (cause == null ? "" : " by " + cause.getClass().getSimpleName());
    reasons.merge(reason, 1, Integer::sum);
  }
}
