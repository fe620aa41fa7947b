package dev.lifecycle.casestudies.connections;

import java.sql.Connection;
import java.sql.SQLException;

/** Gives a connection for one request, which closes it. */
@FunctionalInterface
interface Opener {
  /** Gives one. */
  Connection open() throws SQLException;
}
