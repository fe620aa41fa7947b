package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.OrphanReport;
import dev.lifecycle.casestudies.measure.LiveWork;
import org.jspecify.annotations.Nullable;

/** One of the two ways to write the dispatcher. */
interface Side {
  /** Starts a dispatcher; its workers count themselves in {@code live}. */
  Dispatcher deploy(JobRunner runner, LiveWork live);

  /** Starts one that has also a worker which ignores interrupts. */
  Dispatcher deploy(JobRunner runner, LiveWork live, StubbornWorker stubborn);

  /** Who was named as still running when this stopped dispatcher had been given up; null if nobody was. */
  @Nullable OrphanReport named(Dispatcher stopped);

  /** Ends what is left, once everything has been measured. */
  void release();
}
