package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceFigures;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a long-lived scope keeps of resources that were closed by hand: nothing. */
@Timeout(60)
class OwnedEntriesTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("owned"));
  private final Scope owner = lifecycle.open("app");
  private final ScopeExtras extras = Scopes.coreOf(owner).extras();

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private record Pool(ResourceScope scope) implements OwnedResource {
    @Override
    public String name() {
      return scope.name();
    }

    @Override
    public ResourceKind kind() {
      return ResourceKind.POOL;
    }

    @Override
    public ResourceFigures figures() {
      return ResourceFigures.none();
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  private Pool own() {
    return owner.own(ResourceKind.POOL, "app.pool", Pool::new);
  }

  @Test
  void aHundredThousandResourcesOneAfterTheOtherLeaveNothing() {
    for (int i = 0; i < 100_000; i++) {
      own().close();
    }
    assertThat(extras.owned()).isEmpty();
    assertThat(extras.hasResources()).isFalse();
    assertThat(extras.deferredEntries()).isZero();
  }

  @Test
  void manyThatAreOpenTogetherAreForgottenInAnyOrderInNoTime() {
    List<Pool> pools = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      pools.add(own());
    }
    Collections.shuffle(pools, new Random(42));
    int kept = 0;
    for (Pool pool : pools.subList(1, pools.size())) {
      pool.close();
      kept++;
    }
    assertThat(kept).isEqualTo(49_999);
    assertThat(extras.deferredEntries()).isLessThanOrEqualTo(2);
    assertThat(extras.owned()).singleElement().satisfies(named -> assertThat(named.resource()).isSameAs(pools.get(0)));
  }

  @Test
  void cleanupInBetweenKeepsItsTurn() {
    List<String> order = new ArrayList<>();
    owner.defer(() -> order.add("first"));
    Pool one = own();
    owner.defer(() -> order.add("second"));
    Pool two = own();
    owner.defer(() -> order.add("third"));
    one.close();
    two.close();
    owner.close();

    assertThat(order).containsExactly("third", "second", "first");
  }
}
