package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.pool.ObjectPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 20: a size that no pool can have is refused where it is said, and changes nothing. */
class SizeBoundsTest extends EndRulesFixture {
  private static final int MAX = 1_000_000;

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, MAX + 1, Integer.MAX_VALUE})
  void aSizeOutOfBoundsIsRefusedByTheBuilder(int size) {
    assertThatThrownBy(() -> pool(size)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("size").hasMessageContaining(": " + size);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, MAX + 1, Integer.MAX_VALUE})
  void aResizeOutOfBoundsIsRefusedAndLeavesTheLimit(int size) throws Exception {
    ObjectPool<Thing> pool = pool(2).build();
    assertThatThrownBy(() -> pool.resize(size)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("size").hasMessageContaining(": " + size);
    assertThat(pool.stats().limit()).isEqualTo(2);
    pool.acquire().close();
  }

  @Test
  void aResizeOutOfBoundsIsRefusedOnAClosedPoolToo() {
    ObjectPool<Thing> pool = pool(1).build();
    pool.close();
    assertThatThrownBy(() -> pool.resize(MAX + 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theGreatestSizeIsOne() {
    ObjectPool<Thing> pool = pool(1).build();
    pool.resize(MAX);
    assertThat(pool.stats().limit()).isEqualTo(MAX);
    pool.resize(1);
    assertThat(pool.stats().limit()).isEqualTo(1);
    pool(MAX); // not built: it would take all those places from the start
  }
}
