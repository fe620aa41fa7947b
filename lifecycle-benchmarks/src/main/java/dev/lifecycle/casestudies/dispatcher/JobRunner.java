package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.Recorder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What either side does with a job: one HTTP call by a worker, whose answer is read into the worker's buffer, then a receipt, another call, by the
 * application's pool. A job is done when its receipt is. Thread-safe.
 */
final class JobRunner {
  private static final int OK = 200;

  private final HttpClient client;
  private final URI service;
  private final Recorder recorder;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong beats = new AtomicLong();

  JobRunner(HttpClient client, URI service, Recorder recorder) {
    this.client = client;
    this.service = service;
    this.recorder = recorder;
  }

  /**
   * The worker's part.
   *
   * @throws IllegalStateException if the service answered with an error: the job has failed, and what the buffer holds is no answer
   */
  void run(Job job, byte[] buffer) throws IOException, InterruptedException {
    int status = call("/job/" + job.id(), buffer);
    if (status != OK) {
      throw new IllegalStateException("answer " + status + " to job " + job.id());
    }
  }

  /** The receipt. */
  void receipt(Job job) throws IOException, InterruptedException {
    call("/receipt/" + job.id(), new byte[64]);
    done.incrementAndGet();
    recorder.took(job.submitted());
  }

  private int call(String path, byte[] buffer) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(service.resolve(path)).build();
    HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      body.readNBytes(buffer, 0, buffer.length);
    }
    return response.statusCode();
  }

  void failed() {
    failed.incrementAndGet();
  }

  /** What the schedule of a deployment does. */
  void beat() {
    beats.incrementAndGet();
  }

  long doneCount() {
    return done.get();
  }

  long failedCount() {
    return failed.get();
  }

  long beatCount() {
    return beats.get();
  }
}
