package dev.lifecycle.casestudies.dispatcher;

import java.util.List;

/** Hands jobs to workers; one is made per deployment. */
interface Dispatcher {
  /** What each worker keeps between jobs, in bytes. */
  int WORKER_BUFFER = 16 * 1024;

  /** How often a deployment says that it is alive, in milliseconds. */
  int BEAT_MILLIS = 20;

  /** Queues a job; false if the queue is full. */
  boolean submit(Job job);

  /** Ends the deployment; returns the jobs that were not done, for the next one. */
  List<Job> stop() throws InterruptedException;

  /** Bodies of this deployment that have begun and not ended: workers and receipts. */
  int liveWork();

  /** What was said of the end of this deployment. */
  default Stops said() {
    return Stops.NONE;
  }
}
