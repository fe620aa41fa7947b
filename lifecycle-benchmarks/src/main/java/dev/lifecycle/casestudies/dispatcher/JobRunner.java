package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.Recorder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicLong;

/** What a worker of either side does with a job: one HTTP call, whose answer is read into the worker's buffer. Thread-safe. */
final class JobRunner {
  private final HttpClient client;
  private final URI service;
  private final Recorder recorder;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  JobRunner(HttpClient client, URI service, Recorder recorder) {
    this.client = client;
    this.service = service;
    this.recorder = recorder;
  }

  void run(Job job, byte[] buffer) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(service.resolve("/job/" + job.id())).build();
    HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      body.readNBytes(buffer, 0, buffer.length);
    }
    done.incrementAndGet();
    recorder.took(job.submitted());
  }

  void failed() {
    failed.incrementAndGet();
  }

  long doneCount() {
    return done.get();
  }

  long failedCount() {
    return failed.get();
  }
}
