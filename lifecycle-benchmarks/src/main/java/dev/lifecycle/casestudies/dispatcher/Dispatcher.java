package dev.lifecycle.casestudies.dispatcher;

import java.util.List;

/** Hands jobs to workers; one is made per deployment. */
interface Dispatcher {
  /** What each worker keeps between jobs, in bytes. */
  int WORKER_BUFFER = 16 * 1024;

  /** Queues a job; false if the queue is full. */
  boolean submit(Job job);

  /** Ends the deployment; returns the jobs that were not done, for the next one. */
  List<Job> stop() throws InterruptedException;

  /** Workers that have begun and not ended. */
  int liveWorkers();
}
