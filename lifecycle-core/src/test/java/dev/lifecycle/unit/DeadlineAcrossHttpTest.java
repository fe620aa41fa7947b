package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.context.DeadlineHeader;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client, a front service and a back service, on real sockets: the client's deadline ends the work of the back. */
@Timeout(30)
class DeadlineAcrossHttpTest {
  private static final Duration MAX = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final VirtualClock frontClock = new VirtualClock();
  private final VirtualClock backClock = new VirtualClock();
  private final ParkedBody<String> slow = ParkedBody.returning("in the end");
  private final List<TimedService> services = new ArrayList<>();

  @AfterEach
  void close() {
    slow.release();
    services.forEach(TimedService::close);
  }

  private TimedService service(String purpose, MonotonicClock clock, TimedService.Work work) throws IOException {
    TimedService service = new TimedService(purpose, clock, MAX, work);
    services.add(service);
    return service;
  }

  /** A service whose work would take for ever. */
  private TimedService slowBack(MonotonicClock clock) throws IOException {
    return service("back", clock, (scope, exchange) -> {
      Task<String> work = scope.fork("back.work", slow);
      scope.join();
      return work.resultNow();
    });
  }

  private static HttpRequest request(URI uri, @Nullable String timeout) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    return timeout == null ? request.build() : request.header(DeadlineHeader.NAME, timeout).build();
  }

  /** As any code in a task would: with the time that is left to it. */
  private static HttpRequest requestInTime(URI uri) {
    return request(uri, DeadlineHeader.encode(Context.current().deadline().remaining()));
  }

  private CompletableFuture<HttpResponse<String>> ask(TimedService service, @Nullable String timeout) {
    return http.sendAsync(request(service.uri(), timeout), BodyHandlers.ofString());
  }

  @Test
  void theBackStopsByItselfWhenTheTimeThatTheFrontHadLeftIsOver() throws Exception {
    TimedService back = slowBack(backClock);
    TimedService front =
        service("front", frontClock, (scope, exchange) -> {
          frontClock.advance(Duration.ofMillis(500)); // what the front does first
          return "back said " + http.send(requestInTime(back.uri()), BodyHandlers.ofString()).statusCode();
        });
    CompletableFuture<HttpResponse<String>> answer = ask(front, "2S");
    slow.awaitEntered();
    assertThat(front.given).containsExactly(Duration.ofSeconds(2));
    assertThat(back.given).containsExactly(Duration.ofMillis(1_500));
    backClock.advance(Duration.ofMillis(1_500).minusNanos(1));
    assertThat(back.scope.get().context().isCancelled()).isFalse();
    backClock.advance(Duration.ofNanos(1));
    assertThat(back.awaitCancelled().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(slow.wasInterrupted()).isTrue();
    assertThat(answer.get(10, TimeUnit.SECONDS).body()).as("the front, whose clock stands, was still waiting").isEqualTo("back said 504");
    back.awaitQuietAfterCancelled(1);
    front.awaitQuietAfter(0);
  }

  @Test
  void inRealTimeBothStopAndNothingIsLeft() throws Exception {
    TimedService back = slowBack(Lifecycle.system().clock());
    TimedService front =
        service("front", Lifecycle.system().clock(), (scope, exchange) -> {
          Task<HttpResponse<String>> call = scope.fork("front.ask-back", () -> http.send(requestInTime(back.uri()), BodyHandlers.ofString()));
          scope.join();
          return call.resultNow().body();
        });
    CompletableFuture<HttpResponse<String>> answer = ask(front, "2S");
    assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
    assertThat(front.awaitCancelled().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(back.awaitCancelled().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(back.given.remove()).isPositive().isLessThan(Duration.ofSeconds(2));
    assertThat(slow.wasInterrupted()).isTrue();
    front.awaitQuietAfter(1); // its task too was cancelled, or had the back's 504 just before: the two timers fire at about the same time
    back.awaitQuietAfterCancelled(1);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"soon", "-1S", "61S", "99999999H"})
  void withoutAUsableHeaderOrWithALongerOneTheServersOwnMaximumHolds(@Nullable String timeout) throws Exception {
    TimedService back = slowBack(backClock);
    CompletableFuture<HttpResponse<String>> answer = ask(back, timeout);
    slow.awaitEntered();
    assertThat(back.given).containsExactly(MAX);
    backClock.advance(MAX);
    assertThat(back.awaitCancelled().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
    back.awaitQuietAfterCancelled(1);
  }

  @Test
  void aRequestWhoseDeadlineHasPassedIsAnsweredWithoutAnyWork() throws Exception {
    TimedService back = slowBack(backClock);
    assertThat(ask(back, DeadlineHeader.encode(Duration.ofMillis(-3))).get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
    assertThat(back.awaitCancelled().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(back.scope).as("the body ran").isNotDone();
    assertThat(slow.hasEntered()).isFalse();
    back.awaitQuietAfter(0);
  }

  /** How the front waits for the back. */
  private enum Waiting {
    ADOPTED {
      @Override
      Task<HttpResponse<String>> ask(Scope scope, HttpClient http, HttpRequest request) {
        return scope.adopt("front.ask-back", http.sendAsync(request, BodyHandlers.ofString()));
      }
    },
    BLOCKED {
      @Override
      Task<HttpResponse<String>> ask(Scope scope, HttpClient http, HttpRequest request) {
        return scope.fork("front.ask-back", () -> http.send(request, BodyHandlers.ofString()));
      }
    };

    abstract Task<HttpResponse<String>> ask(Scope scope, HttpClient http, HttpRequest request);
  }

  @ParameterizedTest
  @EnumSource(Waiting.class)
  void aFrontThatIsCancelledHangsUpOnTheBack(Waiting waiting) throws Exception {
    CountDownLatch answering = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch hungUp = new CountDownLatch(1);
    TimedService back =
        service("back", backClock, (scope, exchange) -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream body = exchange.getResponseBody();
          body.write('.');
          body.flush();
          answering.countDown();
          goOn.await();
          try {
            for (int i = 0; i < 1_000; i++) {
              body.write(new byte[65_536]); // to the end of every buffer between the two, and then for as long as somebody reads
            }
          } catch (IOException e) {
            hungUp.countDown();
          }
          return "";
        });
    TimedService front =
        service("front", frontClock, (scope, exchange) -> {
          Task<HttpResponse<String>> call = waiting.ask(scope, http, requestInTime(back.uri()));
          scope.join();
          return call.resultNow().body();
        });
    CompletableFuture<HttpResponse<String>> answer = ask(front, "30S");
    assertThat(answering.await(10, TimeUnit.SECONDS)).isTrue();
    front.scope.get().cancel("the user has gone");
    assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    assertThat(front.awaitCancelled().message()).isEqualTo("the user has gone");
    goOn.countDown();
    assertThat(hungUp.await(10, TimeUnit.SECONDS)).as("the back could not send its answer").isTrue();
    front.awaitQuietAfterCancelled(1);
    back.awaitQuietAfter(0);
  }
}
