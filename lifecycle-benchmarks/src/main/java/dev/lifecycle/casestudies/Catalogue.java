package dev.lifecycle.casestudies;

import dev.lifecycle.casestudies.blocking.UnansweredCalls;
import dev.lifecycle.casestudies.burst.BurstsOfEvents;
import dev.lifecycle.casestudies.connections.ConnectionPerRequest;
import dev.lifecycle.casestudies.dispatcher.RedeployedDispatcher;
import dev.lifecycle.casestudies.notification.FailingDependency;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The case studies that exist. A new case adds its line here. */
public final class Catalogue {
  private Catalogue() {}

  /** All cases, in the order of the report. */
  public static List<CaseStudy> all() {
    return Stream.of(new RedeployedDispatcher(), new ConnectionPerRequest(), new FailingDependency(), new UnansweredCalls(), new BurstsOfEvents())
        .sorted(Comparator.comparingInt(CaseStudy::number))
        .toList();
  }
}
