package dev.lifecycle.casestudies.notification;

/** Sends notifications; one of the two ways to write it. Closing it ends whatever is left, after the measurement. */
interface Sender extends AutoCloseable {
  /** Begins to send; returns at once. */
  void send(Notification notification);

  @Override
  void close();
}
