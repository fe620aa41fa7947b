package dev.lifecycle.casestudies.notification;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A message to one recipient over three channels.
 *
 * @param id a running number
 */
record Notification(long id) {
  private static final int CHANNELS = 3;

  /** The ids of its deliveries, one per channel. */
  List<Long> deliveries() {
    return LongStream.range(0, CHANNELS).mapToObj(c -> id * CHANNELS + c).toList();
  }

  /** The request of one delivery. */
  static HttpRequest request(URI service, long delivery) {
    return HttpRequest.newBuilder(service.resolve(Long.toString(delivery)))
        .POST(HttpRequest.BodyPublishers.ofString("you have mail"))
        .build();
  }
}
