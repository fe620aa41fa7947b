package dev.lifecycle.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HikariSourceSideTest {
  private final HikariSourceSide side = new HikariSourceSide();

  @BeforeEach
  void open() throws Exception {
    side.objects = 4;
    side.open();
  }

  @AfterEach
  void close() {
    side.close();
  }

  @Test
  void itsSettingsAreTheDefaultsButForTheSizeAndTheTimeout() {
    HikariConfig defaults = new HikariConfig();
    HikariDataSource used = side.source;

    assertThat(used.getMaximumPoolSize()).isEqualTo(4);
    assertThat(used.getMinimumIdle()).isEqualTo(4);
    assertThat(used.getConnectionTimeout()).isEqualTo(Side.TIMEOUT.toMillis());
    assertThat(used).usingRecursiveComparison()
        .comparingOnlyFields("leakDetectionThreshold", "maxLifetime", "keepaliveTime", "connectionInitSql", "connectionTestQuery", "isAutoCommit", "isReadOnly",
            "isRegisterMbeans", "isAllowPoolSuspension", "transactionIsolationName", "metricRegistry")
        .isEqualTo(defaults);
  }

  @Test
  void allObjectsExistBeforeAnythingIsMeasured() {
    assertThat(side.source.getHikariPoolMXBean().getIdleConnections()).isEqualTo(4);
  }

  @Test
  void theObjectIsReachedThroughTheHandleUntilThatIsClosed() throws SQLException {
    Connection handle = side.source.getConnection();

    assertThat(handle).isNotInstanceOf(StubConnection.class);
    assertThat(handle.unwrap(StubConnection.class).unwrap(Thing.class)).isNotNull();
    handle.close();
    assertThatThrownBy(() -> handle.unwrap(StubConnection.class)).isInstanceOf(SQLException.class);
  }
}
