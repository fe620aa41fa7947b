package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Scope;
import dev.lifecycle.Supervisor;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Scope.own} with a maker: who may, what is made, and what is taken back. */
@Timeout(20)
class OwnedWithScopeTest extends ResourceFixture {
  private final Scope owner = lifecycle.open("app", o -> o.grace(Duration.ofSeconds(7)));

  @Test
  void theMakerGetsAScopeThatKnowsItsNameItsOwnerAndTheOwnersGrace() {
    Pool pool = own(owner);

    assertThat(pool.scope.name()).isEqualTo(NAME);
    assertThat(pool.scope.owner()).isEqualTo(owner.toString());
    assertThat(pool.scope.grace()).isEqualTo(Duration.ofSeconds(7));
    assertThat(pool.scope.housekeeping().clock()).isSameAs(clock);
  }

  @Test
  void theOwnerClosesTheResourceOnceWithItsCleanup() {
    Pool first = own(owner, "app.first");
    Pool second = own(owner, "app.second");
    owner.defer(() -> assertThat(second.closes).hasValue(0));
    owner.close();

    assertThat(first.closes).hasValue(1);
    assertThat(second.closes).hasValue(1);
  }

  @Test
  void closingAnOwnerWhoseResourceIsIdleIsNoCancel() {
    own(owner);
    owner.close();

    assertThat(owner.info().cancelled()).isFalse();
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
  }

  @Test
  void aResourceThatIsClosedByHandIsForgottenByItsOwner() {
    Pool pool = own(owner);
    pool.close();
    assertThat(Snapshot.take(lifecycle).toString()).doesNotContain(NAME);

    owner.close();
    assertThat(pool.closes).hasValue(1);
  }

  @Test
  void aResourceThatItsMakerHasClosedIsNotOwned() {
    Pool made = owner.own(ResourceKind.POOL, NAME, scope -> {
      Pool pool = new Pool(scope);
      pool.close();
      return pool;
    });

    assertThat(Snapshot.take(lifecycle).toString()).doesNotContain(NAME);
    owner.close();
    assertThat(made.closes).hasValue(1);
  }

  @Test
  void whatTheMakerThrowsIsThrownAndNothingIsOwned() throws Exception {
    Job job = job();
    IllegalStateException failure = new IllegalStateException("no");

    assertThatThrownBy(() -> owner.own(ResourceKind.POOL, NAME, scope -> {
      scope.start("load", job);
      throw failure;
    })).isSameAs(failure);

    until(() -> job.nevers.get() == 1 || job.body.ended.getCount() == 0);
    assertThat(Snapshot.take(lifecycle).toString()).doesNotContain(NAME);
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
  }

  @Test
  void aMakerThatReturnsNullIsRefusedAndNothingIsOwned() {
    assertThatThrownBy(() -> owner.own(ResourceKind.POOL, NAME, scope -> null)).isInstanceOf(NullPointerException.class).hasMessageContaining("maker");
    assertThat(Snapshot.take(lifecycle).toString()).doesNotContain(NAME);
  }

  @Test
  void argumentsAreCheckedBeforeAnythingIsMade() {
    assertThatThrownBy(() -> owner.own(null, NAME, Pool::new)).isInstanceOf(NullPointerException.class).hasMessage("kind");
    assertThatThrownBy(() -> owner.own(ResourceKind.POOL, null, Pool::new)).isInstanceOf(NullPointerException.class).hasMessage("name");
    assertThatThrownBy(() -> owner.<OwnedResource>own(ResourceKind.POOL, NAME, null)).isInstanceOf(NullPointerException.class).hasMessage("maker");
    assertThatThrownBy(() -> own(owner, "Pool")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> own(owner, "p".repeat(ResourceScope.MAX_NAME + 1))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("57");
    assertThat(own(owner, "p".repeat(ResourceScope.MAX_NAME)).name()).hasSize(57);
  }

  @Test
  void aClosedScopeOwnsNothing() {
    owner.close();
    assertThatThrownBy(() -> own(owner)).isInstanceOf(IllegalStateException.class).hasMessageContaining("resource \"app.pool\"");
  }

  @Test
  void ofADrainingScopeOnlyInsidersMakeResourcesAndThoseAreNotUnderTheDrain() throws Exception {
    AtomicReference<Pool> made = new AtomicReference<>();
    Parked gate = parked();
    owner.start("app.work", () -> {
      gate.call();
      made.set(own(owner));
    });
    gate.awaitStart();
    owner.drain();
    assertThatThrownBy(() -> own(owner, "app.other")).isInstanceOf(RejectedExecutionException.class);

    gate.release();
    until(() -> made.get() != null);
    Job job = made.get().started(job());
    assertThat(job.runs).hasValue(1);
  }

  @Test
  void aResourceMadeWhileTheOwnerClosesIsClosedByIt() {
    AtomicReference<Pool> made = new AtomicReference<>();
    owner.defer(() -> made.set(own(owner)));
    owner.close();

    assertThat(made.get().closes).hasValue(1);
  }

  @Test
  void aPrivateScopeThatItsResourceForgetsToCloseIsEndedByTheOwner() throws Exception {
    Job job = job();
    owner.own(ResourceKind.POOL, NAME, scope -> {
      scope.start("load", job);
      return new Forgetful(scope);
    });
    job.body.awaitStart();
    owner.close();

    assertThat(job.body.ended.getCount()).isZero();
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
  }

  /** Does not close its scope. */
  private record Forgetful(ResourceScope scope) implements OwnedResource {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public ResourceKind kind() {
      return ResourceKind.POOL;
    }

    @Override
    public dev.lifecycle.spi.ResourceFigures figures() {
      return dev.lifecycle.spi.ResourceFigures.none();
    }

    @Override
    public void close() {}
  }

  @Test
  void aResourceMadeInATaskOutlivesThatTask() throws Exception {
    Pool pool = owner.fork("app.work", () -> own(owner)).get();
    Job job = pool.started(job());
    owner.join();

    assertThat(job.body.ended.getCount()).isEqualTo(1);
    assertThat(pool.scope.isOwnerCancelled()).isFalse();
  }

  @Test
  void aSupervisorOwnsAResourceLikeAnyScope() {
    Supervisor app = open();
    Pool pool = own(app);
    app.close();

    assertThat(pool.closes).hasValue(1);
  }
}
