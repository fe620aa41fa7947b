package dev.lifecycle.casestudies.net;

import java.net.http.HttpClient;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes HTTP clients of the JDK whose pool needs no shutdown. */
public final class LoopbackClient {
  private LoopbackClient() {}

  /**
   * A client with a pool of four threads that end when they have been idle for a second. Its selector thread ends when the client has been collected;
   * before JDK 21 there is no other way. It stays if the client of that JDK has miscounted its requests, as it does now and then when one is cut off.
   */
  public static HttpClient create() {
    ThreadPoolExecutor threads = new ThreadPoolExecutor(4, 4, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    threads.allowCoreThreadTimeOut(true);
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  }
}
